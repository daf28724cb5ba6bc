// Package photo owns what a photo may carry when a driver adds it to a collision's
// record: the picture, and nothing else. What the camera wrote beside it, such as the
// place, the time and the device, does not get through.
package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

// The media types that are taken.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// Limits of a photo.
const (
	MostRead   = 32 << 20   // bytes of the file that is handed in
	MostKept   = 8 << 20    // bytes of what is kept
	mostPixels = 64_000_000 // of the file that is handed in; a small file may claim any number
	longest    = 4096       // pixels of a side that is kept
	quality    = 90         // of a JPEG that is kept
	printed    = 80         // of one that is printed
)

// Errors that a caller may tell apart.
var (
	// ErrKind says that it is neither JPEG nor PNG.
	ErrKind = errors.New("it is neither a JPEG nor a PNG")
	// ErrTooLarge says that it is beyond a limit.
	ErrTooLarge = errors.New("it is too large")
)

// Clean gives the photo anew, made of its pixels alone, turned as it is to be looked
// at, and its media type, told by its content and not by its name. It is at most 4,096
// pixels long and MostKept bytes. It fails where the content is no whole JPEG or PNG
// (ErrKind) or larger than MostRead or 64 million pixels (ErrTooLarge).
func Clean(content []byte) (kept []byte, mediaType string, err error) {
	picture, mediaType, err := decode(content)
	if err != nil {
		return nil, "", err
	}
	picture = within(picture, longest)
	kept, err = encode(picture, mediaType)
	if err == nil && len(kept) > MostKept && mediaType == PNG {
		mediaType = JPEG // a photo that was saved as PNG: JPEG takes a tenth
		kept, err = encode(flattened(picture), mediaType)
	}
	if err == nil && len(kept) > MostKept {
		return nil, "", fmt.Errorf("%w: %d bytes, at most %d are kept", ErrTooLarge, len(kept), MostKept)
	}
	return kept, mediaType, err
}

// Reduce gives a photo as JPEG with neither side longer than so many pixels, and its
// size in pixels.
func Reduce(content []byte, side int) (small []byte, size image.Point, err error) {
	picture, _, err := decode(content)
	if err != nil {
		return nil, image.Point{}, err
	}
	picture = flattened(within(picture, side))
	var b bytes.Buffer
	err = jpeg.Encode(&b, picture, &jpeg.Options{Quality: printed})
	return b.Bytes(), picture.Bounds().Size(), err
}

// decode reads a photo and turns it as it is to be looked at.
func decode(content []byte) (picture image.Image, mediaType string, err error) {
	if len(content) > MostRead {
		return nil, "", fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, len(content), MostRead)
	}
	read, readSize := jpeg.Decode, jpeg.DecodeConfig
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		mediaType = JPEG
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		mediaType, read, readSize = PNG, png.Decode, png.DecodeConfig
	default:
		return nil, "", ErrKind
	}
	size, err := readSize(bytes.NewReader(content))
	if err != nil {
		return nil, "", fmt.Errorf("read the photo's size: %w", err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > mostPixels/size.Height {
		return nil, "", fmt.Errorf("%w: %d x %d pixels, at most %d are read", ErrTooLarge, size.Width, size.Height, mostPixels)
	}
	if picture, err = read(bytes.NewReader(content)); err != nil {
		return nil, "", fmt.Errorf("read the photo: %w", err)
	}
	if mediaType == JPEG {
		picture = turned(picture, orientation(content))
	}
	return picture, mediaType, nil
}

func encode(picture image.Image, mediaType string) ([]byte, error) {
	var b bytes.Buffer
	var err error
	if mediaType == PNG {
		err = png.Encode(&b, picture)
	} else {
		err = jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return nil, fmt.Errorf("write the photo: %w", err)
	}
	return b.Bytes(), nil
}

// within makes a picture smaller where a side is longer than so many pixels. It halves
// first, which takes the mean of four pixels each: a scaler that looks at all pixels at once
// needs 32 bytes for each pixel of the width that is kept and the height that is not.
func within(picture image.Image, side int) image.Image {
	for {
		size := picture.Bounds().Size()
		long := max(size.X, size.Y)
		if long <= side {
			return picture
		}
		least := max(side, (long+1)/2)
		to := image.NewRGBA(image.Rect(0, 0, max(1, size.X*least/long), max(1, size.Y*least/long)))
		draw.ApproxBiLinear.Scale(to, to.Bounds(), picture, picture.Bounds(), draw.Src, nil)
		picture = to
	}
}

// flattened puts a picture on white: JPEG knows no transparency.
func flattened(picture image.Image) image.Image {
	switch picture.(type) {
	case *image.YCbCr, *image.Gray:
		return picture
	}
	to := image.NewRGBA(picture.Bounds())
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(to, to.Bounds(), picture, picture.Bounds().Min, draw.Over)
	return to
}
