package report

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
	"milepost/report/photo"
)

// picture is a photo as it is printed.
type picture struct {
	name    string // of the file's image; unique
	caption string
	jpeg    []byte // empty where it could not be read
	w, h    float64
}

// Bounds of the photos that are printed.
const (
	mostPictures  = 20
	pictureSide   = 1000 // pixels of the longer side: 290 to the inch
	pictureHeight = 66.0 // mm at most
)

// pictures makes the photos ready: smaller, so that the file can be sent on.
func (v *view) pictures() []picture {
	var out []picture
	for i := range v.photos[:min(len(v.photos), mostPictures)] {
		out = append(out, v.picture(i))
	}
	return out
}

func (v *view) picture(i int) picture {
	a := &v.photos[i]
	p := picture{name: fmt.Sprintf("photo-%d", i+1), caption: fmt.Sprintf("%d. %s", i+1, v.stamp(a.At))}
	small, size, err := photo.Reduce(a.Content, pictureSide)
	if err != nil {
		p.caption += " (this photo could not be read)"
	}
	if text := oneLine(a.Text); text != "" {
		p.caption += ": " + text
	}
	if err != nil {
		return p
	}
	p.jpeg = small
	p.w, p.h = float64(size.X), float64(size.Y)
	return p
}

// pictures prints the photos, two beside each other.
func (s *sheet) pictures(all []picture, more int) {
	if len(all) == 0 {
		return
	}
	_, _, first := s.rowSize(all[:min(len(all), 2)])
	s.heading("Photos that the driver added", first)
	for i := 0; i < len(all); i += 2 {
		s.pictureRow(all[i:min(i+2, len(all))])
	}
	if more > 0 {
		s.paragraph(english.Plural(more, "more photo is", "more photos are") + " in the report's JSON form.")
	}
}

func (s *sheet) pictureRow(row []picture) {
	captions, height, full := s.rowSize(row)
	s.need(full)
	for i, p := range row {
		x := left + float64(i)*(columnWidth+gutter)
		s.picture(p, x)
		s.font(small, false, ink)
		s.block(x, s.y+height+1.5, small, captions[i])
	}
	s.y += full
}

// rowSize gives a row's captions in lines, the height of its photos, and that of all.
func (s *sheet) rowSize(row []picture) (captions [][]string, height, full float64) {
	s.font(small, false, ink)
	lines := 0
	for _, p := range row {
		text := s.lines(p.caption, columnWidth)
		text = text[:min(len(text), mostCaptionLines)]
		captions = append(captions, text)
		_, h := p.onPaper()
		height, lines = max(height, h), max(lines, len(text))
	}
	return captions, height, height + 1.5 + float64(lines)*leading(small) + 3
}

// mostCaptionLines bounds what is printed of a caption.
const mostCaptionLines = 8

// onPaper is a picture's size in mm.
func (p *picture) onPaper() (w, h float64) {
	if len(p.jpeg) == 0 {
		return columnWidth, 10
	}
	scale := min(columnWidth/p.w, pictureHeight/p.h)
	return p.w * scale, p.h * scale
}

func (s *sheet) picture(p picture, x float64) {
	w, h := p.onPaper()
	if len(p.jpeg) == 0 {
		s.box(x, s.y, w, h, tint)
		return
	}
	options := fpdf.ImageOptions{ImageType: "JPEG"}
	s.RegisterImageOptionsReader(p.name, options, bytes.NewReader(p.jpeg))
	s.ImageOptions(p.name, x, s.y, w, h, false, options, 0, "")
}

// photoName is what a photo is called in the JSON form.
func photoName(a *outcome.Addition, number int) string {
	suffix := ".jpg"
	if a.MediaType == photo.PNG {
		suffix = ".png"
	}
	return fmt.Sprintf("photo-%d%s", number, suffix)
}
