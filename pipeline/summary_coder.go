package pipeline

import (
	"encoding/binary"
	"math"

	"milepost/telemetry"
)

// coder writes seconds and marks as differences to those before: most fields of a
// second are what the second before leads to expect, so that 20 bytes are enough for
// a second of every track, where a fixed layout would need 40.
type coder struct {
	s        summary // the one before
	lat, lon int32   // its step
	markAt   int64
}

// The bits of an entry's tag. A mark has tagMark, and its signal above it.
const (
	tagMark = 1 << iota
	tagSkip
	tagCounts
	tagSpeed
	tagOffsets
	tagMetres
	tagDriving
	tagHigh
	tagBroken
	tagFix
	tagFixAt
	tagEnergy
	tagHeading
	tagAccuracy
	tagAltitude
	tagEnd
)

// The bits of the byte that begins an energy part; two bits are the engine.
const (
	energyAt = 1 << iota
	energyOdometer
	energyFuel
	energyDrawn
	energyRegen
	energyPower
	energyEngine // shift 6
)

func bit[T uint64 | uint8](on bool, b T) T {
	if on {
		return b
	}
	return 0
}

func (c *coder) mark(b []byte, m mark) []byte {
	b = binary.AppendUvarint(b, tagMark|uint64(m.signal)<<1)
	b = binary.AppendVarint(b, m.at-c.markAt)
	c.markAt = m.at
	return binary.AppendVarint(b, m.value)
}

func (c *coder) second(b []byte, s *summary) []byte {
	p := &c.s
	tag := bit[uint64](s.second != p.second+1, tagSkip) | bit[uint64](s.counts != p.counts, tagCounts) |
		bit[uint64](s.speeds, tagSpeed) | bit[uint64](s.speeds && (s.first != p.first || s.last != p.last), tagOffsets) |
		bit[uint64](s.metres != 0, tagMetres) | bit[uint64](s.driving != 0, tagDriving) | bit[uint64](s.high != 0, tagHigh) |
		bit[uint64](s.broken, tagBroken) | bit[uint64](s.fix, tagFix) | bit[uint64](s.fix && s.fixAt != p.fixAt, tagFixAt) |
		bit[uint64](s.known, tagEnergy) | bit[uint64](s.fix && s.heading != 0, tagHeading) | bit[uint64](s.fix && s.accuracy != p.accuracy, tagAccuracy) |
		bit[uint64](s.fix && s.altitude != 0, tagAltitude)
	b = binary.AppendUvarint(b, tag)
	if tag&tagSkip != 0 {
		b = binary.AppendVarint(b, s.second-p.second)
	}
	if tag&tagCounts != 0 {
		for _, n := range s.counts {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	b = c.speed(b, s, tag)
	b = c.fix(b, s, tag)
	if tag&tagEnergy != 0 {
		b = c.energy(b, s)
	}
	c.follow(s)
	return b
}

func (c *coder) speed(b []byte, s *summary, tag uint64) []byte {
	if tag&tagSpeed == 0 {
		return b
	}
	if tag&tagOffsets != 0 {
		b = binary.AppendVarint(b, int64(s.first))
		b = binary.AppendVarint(b, int64(s.last))
	}
	b = binary.AppendVarint(b, int64(s.v-c.s.w))
	b = binary.AppendVarint(b, int64(s.w-s.v))
	if tag&tagMetres != 0 {
		b = binary.AppendVarint(b, int64(s.metres))
	}
	if tag&tagDriving != 0 {
		b = binary.AppendVarint(b, int64(s.driving))
	}
	if tag&tagHigh != 0 {
		b = binary.AppendVarint(b, int64(s.high))
	}
	return b
}

func (c *coder) fix(b []byte, s *summary, tag uint64) []byte {
	if tag&tagFix == 0 {
		return b
	}
	p := &c.s
	if tag&tagFixAt != 0 {
		b = binary.AppendVarint(b, int64(s.fixAt))
	}
	b = binary.AppendVarint(b, int64(s.lat-p.lat-c.lat))
	b = binary.AppendVarint(b, int64(s.lon-p.lon-c.lon))
	if tag&tagHeading != 0 {
		b = binary.AppendVarint(b, (int64(s.heading)-int64(p.heading)+540)%360-180)
	}
	if tag&tagAccuracy != 0 {
		b = append(b, s.accuracy)
	}
	if tag&tagAltitude != 0 {
		b = binary.AppendVarint(b, int64(s.altitude)-int64(p.altitude))
	}
	return b
}

func (c *coder) energy(b []byte, s *summary) []byte {
	p := &c.s
	part := bit[uint8](s.energyAt != p.energyAt, energyAt) | bit[uint8](s.odometer >= 0, energyOdometer) | bit[uint8](s.fuel >= 0, energyFuel) |
		bit[uint8](s.drawn > 0, energyDrawn) | bit[uint8](s.regen > 0, energyRegen) | bit[uint8](s.power, energyPower) | s.engine<<6
	b = append(b, part)
	if part&energyAt != 0 {
		b = binary.AppendVarint(b, int64(s.energyAt))
	}
	if part&energyOdometer != 0 {
		b = binary.AppendVarint(b, s.odometer-p.odometer)
	}
	if part&energyFuel != 0 {
		b = binary.AppendVarint(b, s.fuel-p.fuel)
	}
	if part&energyDrawn != 0 {
		b = binary.AppendUvarint(b, uint64(s.drawn))
	}
	if part&energyRegen != 0 {
		b = binary.AppendUvarint(b, uint64(s.regen))
	}
	return b
}

// follow makes a second the one before. What it does not have stays as it was.
func (c *coder) follow(s *summary) {
	p := &c.s
	p.second, p.counts = s.second, s.counts
	if s.speeds {
		p.first, p.last, p.w = s.first, s.last, s.w
	}
	if s.fix {
		c.lat, c.lon = s.lat-p.lat, s.lon-p.lon
		p.fixAt, p.lat, p.lon, p.accuracy = s.fixAt, s.lat, s.lon, s.accuracy
		if s.heading != 0 {
			p.heading = s.heading
		}
		if s.altitude != 0 {
			p.altitude = s.altitude
		}
	}
	if s.known {
		p.energyAt = s.energyAt
		if s.odometer >= 0 {
			p.odometer = s.odometer
		}
		if s.fuel >= 0 {
			p.fuel = s.fuel
		}
	}
}

// readMark is the other direction of mark, after its tag.
func (c *coder) readMark(r *reader, tag uint64) mark {
	signal := telemetry.BodySignal(tag >> 1)
	if _, ok := marked(signal); !ok || tag>>1 > math.MaxUint16 {
		r.fail("a mark of an unknown signal")
	}
	m := mark{at: c.markAt + r.signed(), signal: signal, value: r.signed()}
	c.markAt = m.at
	return m
}

// readSecond is the other direction of second, after its tag.
func (c *coder) readSecond(r *reader, tag uint64) summary {
	p := &c.s
	if tag >= tagEnd {
		r.fail("an unknown tag")
	}
	s := summary{second: p.second + 1, counts: p.counts, odometer: -1, fuel: -1,
		speeds: tag&tagSpeed != 0, broken: tag&tagBroken != 0, fix: tag&tagFix != 0, known: tag&tagEnergy != 0}
	if tag&tagSkip != 0 {
		s.second = p.second + r.signed()
	}
	if s.second < earliest || s.second > latest {
		r.fail("a second out of range")
	}
	if tag&tagCounts != 0 {
		for t := range s.counts {
			s.counts[t] = uint16(min(r.unsigned(), math.MaxUint16))
		}
	}
	c.readSpeed(r, &s, tag)
	c.readFix(r, &s, tag)
	if s.known {
		c.readEnergy(r, &s)
	}
	if !s.plausible() {
		r.fail("a value out of range")
	}
	c.follow(&s)
	return s
}

func (c *coder) readSpeed(r *reader, s *summary, tag uint64) {
	if !s.speeds {
		if tag&(tagOffsets|tagMetres|tagDriving|tagHigh) != 0 {
			r.fail("a way without speeds")
		}
		return
	}
	s.first, s.last = c.s.first, c.s.last
	if tag&tagOffsets != 0 {
		s.first, s.last = r.small(0), r.small(0)
	}
	s.v = r.small(c.s.w)
	s.w = r.small(s.v)
	if tag&tagMetres != 0 {
		s.metres = r.small(0)
	}
	if tag&tagDriving != 0 {
		s.driving = r.small(0)
	}
	if tag&tagHigh != 0 {
		s.high = r.small(0)
	}
}

func (c *coder) readFix(r *reader, s *summary, tag uint64) {
	p := &c.s
	if !s.fix {
		if tag&(tagHeading|tagAccuracy|tagAltitude) != 0 {
			r.fail("a heading or an altitude without a fix")
		}
		return
	}
	s.fixAt, s.accuracy = p.fixAt, p.accuracy
	if tag&tagFixAt != 0 {
		s.fixAt = r.small(0)
	}
	s.lat, s.lon = r.small(p.lat+c.lat), r.small(p.lon+c.lon)
	if tag&tagHeading != 0 {
		turn := (r.signed()%360 + 360) % 360
		s.heading = uint16((int64(p.heading)+turn+359)%360) + 1
	}
	if tag&tagAccuracy != 0 {
		s.accuracy = r.octet()
	}
	if tag&tagAltitude != 0 {
		s.altitude = uint16(min(max(0, r.signed()+int64(p.altitude)), math.MaxUint16))
	}
}

func (c *coder) readEnergy(r *reader, s *summary) {
	p, part := &c.s, r.octet()
	s.energyAt, s.power, s.engine = p.energyAt, part&energyPower != 0, part>>6
	if part&energyAt != 0 {
		s.energyAt = r.small(0)
	}
	if part&energyOdometer != 0 {
		s.odometer = p.odometer + r.signed()
	}
	if part&energyFuel != 0 {
		s.fuel = p.fuel + r.signed()
	}
	if part&energyDrawn != 0 {
		s.drawn = uint32(min(r.unsigned(), math.MaxUint32))
	}
	if part&energyRegen != 0 {
		s.regen = uint32(min(r.unsigned(), math.MaxUint32))
	}
	if part&energyOdometer != 0 && s.odometer < 0 || part&energyFuel != 0 && s.fuel < 0 {
		r.fail("a reading below zero")
	}
}
