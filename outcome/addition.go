package outcome

// AdditionKind says what a person added to a collision.
type AdditionKind string

// The kinds of addition.
const (
	AdditionAnswer AdditionKind = "answer" // to the question whether it was one: a label
	AdditionNote   AdditionKind = "note"
	AdditionPhoto  AdditionKind = "photo"
)

// Answer is what the driver said a collision was.
type Answer string

// The answers.
const (
	AnswerAccident   Answer = "accident"
	AnswerNoAccident Answer = "no_accident"
)

// Addition is what a person added to a collision's record. Header.At is when. The
// newest answer counts. It stays when the collision is revised and goes when it goes.
type Addition struct {
	Header
	State       State        `json:"state"` // final or withdrawn
	CollisionID string       `json:"collision_id"`
	Kind        AdditionKind `json:"kind"`
	Answer      Answer       `json:"answer,omitempty"`
	Text        string       `json:"text,omitempty"`       // a note, or a photo's caption; at most 4,000 bytes
	MediaType   string       `json:"media_type,omitempty"` // image/jpeg or image/png
	Content     []byte       `json:"content,omitempty"`    // base64 on the outside; at most 8 MiB
}
