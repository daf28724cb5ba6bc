package deploy_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"milepost/config"
)

const composeFile = "../docker-compose.yml"

// load reads the compose file with a variable for the secrets' folder, if any.
func load(t *testing.T, env ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{composeFile}, cli.WithEnv(env), cli.WithProfiles([]string{"*"}))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(t.Context())
}

// secrets makes the passwords in a folder of the test's and gives it.
func secrets(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "./secrets", root).CombinedOutput(); err != nil {
		t.Fatalf("deploy/secrets: %v\n%s", err, out)
	}
	return filepath.Join(root, ".secrets")
}

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := load(t, "MILEPOST_SECRETS="+secrets(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Services) < 8 {
		t.Fatalf("only %d services", len(p.Services))
	}
	return p
}

func TestSecretsAreRandomAndStay(t *testing.T) {
	root := t.TempDir()
	run := func() ([]byte, error) { return exec.CommandContext(t.Context(), "./secrets", root).CombinedOutput() }
	if out, err := run(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := map[string]bool{}
	for _, name := range []string{"clickhouse-milepost", "clickhouse-analyst", "clickhouse-monitor", "clickhouse-operator", "grafana-admin", "vin-key"} {
		secret := read(".secrets/" + name)
		if len(secret) < 40 || first[secret] {
			t.Errorf("%s holds %q", name, secret)
		}
		first[secret] = true
		if strings.Contains(read(".secrets/clickhouse-passwords.xml"), secret) {
			t.Errorf("ClickHouse's file holds %s itself and not its hash", name)
		}
	}
	if out, err := run(); err == nil || !strings.Contains(string(out), "is left as it is") {
		t.Errorf("a second run: %v\n%s", err, out)
	}
	if !first[read(".secrets/vin-key")] {
		t.Error("a second run changed the key")
	}
	folder, err := os.Stat(filepath.Join(root, ".secrets"))
	if err != nil || folder.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v, %v", folder.Mode(), err)
	}
	if want := "MILEPOST_SECRETS=" + filepath.Join(root, ".secrets") + "\n"; read(".env") != want {
		t.Errorf(".env is %q, want %q", read(".env"), want)
	}
}

func TestComposeSaysWhatIsMissing(t *testing.T) {
	_, err := load(t)
	if err == nil || !strings.Contains(err.Error(), "deploy/secrets") {
		t.Errorf("without passwords: %v", err)
	}
}

// ends are the services that do something and end.
var ends = []string{"topics", "migrate", "simulate"}

var pinned = regexp.MustCompile(`^[a-z0-9/-]+:v?\d+\.\d+(\.\d+)+$`)

func TestServicesAreRunInEarnest(t *testing.T) {
	for name, s := range project(t).Services {
		if s.Build == nil && !pinned.MatchString(s.Image) {
			t.Errorf("%s: image %s is not pinned", name, s.Image)
		}
		if s.MemLimit <= 0 {
			t.Errorf("%s may take all memory", name)
		}
		if s.Restart == "" || s.Restart == types.RestartPolicyNo {
			t.Errorf("%s is not started again after it fails", name)
		}
		if s.Privileged || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain privileges", name)
		}
		checked := s.HealthCheck != nil && !s.HealthCheck.Disable && len(s.HealthCheck.Test) > 1
		if checked == slices.Contains(ends, name) {
			t.Errorf("%s: health is checked: %t", name, checked)
		}
		for _, port := range s.Ports {
			if ip := net.ParseIP(port.HostIP); ip == nil || !ip.IsLoopback() {
				t.Errorf("%s publishes %s on %q, not on loopback", name, port.Published, port.HostIP)
			}
		}
		for on, how := range s.DependsOn {
			want := types.ServiceConditionHealthy
			if slices.Contains(ends, on) {
				want = types.ServiceConditionCompletedSuccessfully
			}
			if how.Condition != want {
				t.Errorf("%s waits for %s by %s, want %s", name, on, how.Condition, want)
			}
		}
	}
}

var secretName = regexp.MustCompile(`(?i)password|secret|token|_key$`)

func TestNoPasswordStandsInTheFile(t *testing.T) {
	for name, s := range project(t).Services {
		for variable, value := range s.Environment {
			if !secretName.MatchString(variable) {
				continue
			}
			if !strings.HasSuffix(variable, "__FILE") || value == nil || !strings.HasPrefix(*value, "/run/secrets/") {
				t.Errorf("%s: %s is not a file of /run/secrets", name, variable)
			}
		}
	}
}

// From debug on a server writes every query into its log, with the vehicles that it names.
func TestTheServersLogNamesNoVehicle(t *testing.T) {
	text, err := os.ReadFile("clickhouse/config.d/milepost.xml")
	if err != nil {
		t.Fatal(err)
	}
	level := regexp.MustCompile(`<logger><level>(information|notice|warning|error)</level></logger>`)
	if !level.Match(text) {
		t.Error("the log's level is not set, or has the text of queries")
	}
}

func TestMountedFilesAreThere(t *testing.T) {
	p := project(t)
	used := map[string]bool{}
	for name, s := range p.Services {
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeVolume {
				if _, ok := p.Volumes[v.Source]; !ok {
					t.Errorf("%s mounts volume %s, which has no name", name, v.Source)
				}
				continue
			}
			if !v.ReadOnly {
				t.Errorf("%s may write %s", name, v.Source)
			}
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, secret := range s.Secrets {
			used[secret.Source] = true
			if _, err := os.Stat(p.Secrets[secret.Source].File); err != nil {
				t.Errorf("%s: secret %s: %v", name, secret.Source, err)
			}
		}
	}
	for name := range p.Secrets {
		if !used[name] {
			t.Errorf("secret %s is given to nobody", name)
		}
	}
}

// The settings load as milepost loads them, and name what the compose file makes.
func TestSettingsFitTheServices(t *testing.T) {
	folder := secrets(t)
	text, err := os.ReadFile("milepost.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.ReplaceAll(string(text), "/run/secrets", folder))
	c, err := config.Parse("milepost.yaml", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := load(t, "MILEPOST_SECRETS="+folder)
	if err != nil {
		t.Fatal(err)
	}
	if advertised := *p.Services["kafka"].Environment["KAFKA_ADVERTISED_LISTENERS"]; !strings.Contains(advertised, "INSIDE://"+c.Kafka.Brokers[0]+",") {
		t.Errorf("the broker is known as %s, and the settings say %s", advertised, c.Kafka.Brokers[0])
	}
	host, _, err := net.SplitHostPort(c.Store.ClickHouse.Addresses[0])
	if _, ok := p.Services[host]; err != nil || !ok {
		t.Errorf("there is no service at %s", c.Store.ClickHouse.Addresses[0])
	}
	if c.Store.SQLite != "" || c.Store.ClickHouse.Database != "milepost" || c.Store.ClickHouse.Password == "" {
		t.Errorf("the store is %+v", c.Store)
	}
	run := p.Services["milepost"]
	if limit := config.Bytes(run.MemLimit); c.Limits.Memory <= 0 || c.Limits.Memory > limit*4/5 {
		t.Errorf("the soft limit is %d of %d", c.Limits.Memory, limit)
	}
	if !slices.ContainsFunc(run.Volumes, func(v types.ServiceVolumeConfig) bool {
		return v.Type == types.VolumeTypeVolume && strings.HasPrefix(c.State.Dir, v.Target)
	}) {
		t.Errorf("the state in %s is on no volume", c.State.Dir)
	}
	if s := run.StopGracePeriod; s == nil || int64(*s) <= int64(c.Shutdown) {
		t.Errorf("the end in order may take %v, and is cut after %v", c.Shutdown, s)
	}
	if topics := strings.Join(p.Services["topics"].Command, " "); !strings.Contains(topics, c.Telemetry[0].Topic) || !strings.Contains(topics, c.Profiles.Topic) {
		t.Errorf("%s and %s are not made by %s", c.Telemetry[0].Topic, c.Profiles.Topic, topics)
	}
}

var (
	from = regexp.MustCompile(`(?m)^FROM (\S+)`)
	base = regexp.MustCompile(`^(scratch|golang:\d+\.\d+\.\d+-\w+)$`)
)

func TestImageIsPinnedAndNotRoot(t *testing.T) {
	text, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	found := from.FindAllStringSubmatch(string(text), -1)
	for _, image := range found {
		if !base.MatchString(image[1]) {
			t.Errorf("image %s is not pinned", image[1])
		}
	}
	for _, want := range []string{"\nUSER 65532:65532\n", "CGO_ENABLED=0", "\nHEALTHCHECK ", "--chown=65532:65532 /empty/state /var/lib/milepost\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Dockerfile lacks %q", want)
		}
	}
	ignored, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".env", ".secrets", ".git"} {
		if !slices.Contains(strings.Fields(string(ignored)), name) {
			t.Errorf("%s would get into the image's build", name)
		}
	}
}
