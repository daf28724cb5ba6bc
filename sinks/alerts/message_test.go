package alerts_test

import (
	"encoding/json"
	"strings"
	"testing"

	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks/alerts"
)

// message gives a receiver's message as JSON that its schema takes.
func message(t *testing.T, to alerts.Receiver, c *outcome.Collision) string {
	t.Helper()
	m, err := alerts.Message(to, c)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	if err := valid.ValidateJSON(text); err != nil {
		t.Errorf("%s: %v\n%s", to, err, text)
	}
	return string(text)
}

func TestEveryReceiverIsToldItsPartAlone(t *testing.T) {
	const place, account, driver, speed, pulse = "40.4168", "account-3", `"4d"`, "87.25", "step_ms"
	for to, c := range map[alerts.Receiver]struct{ says, not []string }{
		alerts.Vehicle: {[]string{`"ask":"is_all_well"`, `"confidence":"probable"`, `"severity":"serious"`, `"expires_at":"2026-09-01T08:05:00.000Z"`},
			[]string{place, account, driver, speed, pulse, "31.5"}},
		alerts.App: {[]string{`"kind":"collision"`, `"text_key":"collision.probable"`, place, account}, []string{driver, speed, pulse, "31.5"}},
		alerts.Care: {[]string{`"delta_v_kmh":31.5`, `"number_of_passengers":1`, `"recent_positions"`, place, account, `"final":false`},
			[]string{driver, speed, pulse, "least_kmh"}},
	} {
		got := message(t, to, collision(outcome.Probable))
		for _, word := range c.says {
			if !strings.Contains(got, word) {
				t.Errorf("%s is not told %s: %s", to, word, got)
			}
		}
		for _, word := range c.not {
			if strings.Contains(got, word) {
				t.Errorf("%s is told %s: %s", to, word, got)
			}
		}
	}
}

func TestWhatIsTakenBackSaysNothingMore(t *testing.T) {
	for name, take := range map[string]func(*outcome.Collision){
		"less sure": func(c *outcome.Collision) { c.Confidence = outcome.Possible },
		"withdrawn": func(c *outcome.Collision) { c.State = outcome.Withdrawn },
	} {
		for _, to := range alerts.Receivers() {
			if to == alerts.Vehicle && name == "less sure" {
				continue // it is told of what is possible
			}
			c := collision(outcome.Confirmed)
			take(c)
			got := message(t, to, c)
			if !strings.Contains(got, `"state":"withdrawn"`) || strings.Contains(got, "40.4168") || strings.Contains(got, "serious") || strings.Contains(got, "is_all_well") {
				t.Errorf("%s, %s: %s", name, to, got)
			}
		}
	}
}

func TestWithoutAPlaceThereIsNone(t *testing.T) {
	c := collision(outcome.Confirmed)
	c.Position, c.RecentPositions = nil, nil
	for _, to := range alerts.Receivers() {
		if got := message(t, to, c); strings.Contains(got, `"lat"`) {
			t.Errorf("%s: %s", to, got)
		}
	}
}
