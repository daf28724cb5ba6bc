package pipeline

// VehicleVersion is the layout of a Vehicle's state that this build writes.
const VehicleVersion = vehicleVersion
