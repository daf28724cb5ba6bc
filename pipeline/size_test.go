package pipeline

import (
	"testing"
	"unsafe"
)

// A driving vehicle's state, without the line of its trip, is at most 6 KiB
// (the budget of the design).
func TestVehicleState(t *testing.T) {
	size := unsafe.Sizeof(Vehicle{})
	t.Logf("a vehicle's state is %d bytes, and %d for collisions", size, unsafe.Sizeof(collisions{}))
	if size > 6<<10 {
		t.Errorf("a vehicle's state is %d bytes, want at most %d", size, 6<<10)
	}
}
