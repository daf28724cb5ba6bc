package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// orientation finds in a JPEG how it is to be turned: 1 to 8 (Exif 2.32, tag 0x0112),
// 1 where that is not said or cannot be read.
func orientation(jpeg []byte) int {
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff; {
		marker, length := jpeg[at+1], int(binary.BigEndian.Uint16(jpeg[at+2:]))
		end := at + 2 + length
		if marker == 0xda || length < 2 || end > len(jpeg) { // the picture itself begins
			return 1
		}
		if body, ok := bytes.CutPrefix(jpeg[at+4:end], []byte("Exif\x00\x00")); marker == 0xe1 && ok {
			return orientationOf(body)
		}
		at = end
	}
	return 1
}

// orientationOf reads it in the first directory of a TIFF.
func orientationOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	const header, entry = 2, 12
	at := uint64(order.Uint32(tiff[4:]))
	if at+header > uint64(len(tiff)) {
		return 1
	}
	directory := tiff[at:]
	for i := range int(order.Uint16(directory)) {
		from := header + i*entry
		if from+entry > len(directory) {
			return 1
		}
		const tag, short = 0x0112, 3
		e := directory[from:]
		if order.Uint16(e) != tag {
			continue
		}
		if v := int(order.Uint16(e[8:])); order.Uint16(e[2:]) == short && v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}

// turned gives a picture as it is to be looked at.
func turned(picture image.Image, orientation int) image.Image {
	if orientation == 1 {
		return picture
	}
	from := picture.Bounds()
	w, h := from.Dx(), from.Dy()
	source := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(source, source.Bounds(), picture, from.Min, draw.Src)
	if orientation < 5 {
		return moved(source, image.Pt(w, h), orientation)
	}
	return moved(source, image.Pt(h, w), orientation)
}

// moved takes each pixel from where it stood before it was turned.
func moved(source *image.RGBA, size image.Point, orientation int) image.Image {
	to := image.NewRGBA(image.Rectangle{Max: size})
	w, h := source.Rect.Dx(), source.Rect.Dy()
	for y := range size.Y {
		for x := range size.X {
			var at image.Point
			switch orientation {
			case 2:
				at = image.Pt(w-1-x, y)
			case 3:
				at = image.Pt(w-1-x, h-1-y)
			case 4:
				at = image.Pt(x, h-1-y)
			case 5:
				at = image.Pt(y, x)
			case 6:
				at = image.Pt(y, h-1-x)
			case 7:
				at = image.Pt(w-1-y, h-1-x)
			case 8:
				at = image.Pt(w-1-y, x)
			}
			copy(to.Pix[to.PixOffset(x, y):][:4], source.Pix[source.PixOffset(at.X, at.Y):][:4])
		}
	}
	return to
}
