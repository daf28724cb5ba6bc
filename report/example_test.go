package report

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The picture in docs/collision-report.md shows the first page as it is made now. Its
// data is made up, and it says so.
func TestExamplePicture(t *testing.T) {
	const picture, digest = "../docs/img/collision-report.png", "testdata/example.sha256"
	r := frontal()
	r.Notice = "Simulated data: no real drive"
	pdf := pdfOf(t, r)
	sum := sha256.Sum256([]byte(readPaper(t, pdf)[:1].String()))
	if *update {
		draw(t, pdf, picture)
		if err := os.WriteFile(digest, []byte(hex.EncodeToString(sum[:])+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(digest)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(want)) != hex.EncodeToString(sum[:]) {
		t.Errorf("%s shows an older page: go test ./report -run TestExamplePicture -update, with pdftoppm (Debian: poppler-utils) on PATH", picture)
	}
	if info, err := os.Stat(picture); err != nil || info.Size() > 150_000 {
		t.Errorf("%s: %v, %v", picture, info, err)
	}
}

// draw turns the first page into a picture.
func draw(t *testing.T, pdf []byte, picture string) {
	t.Helper()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("the picture is drawn by pdftoppm, which is not on PATH (Debian: poppler-utils)")
	}
	page := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(page, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	to := strings.TrimSuffix(picture, ".png")
	if said, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "80", "-png", "-singlefile", page, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
}
