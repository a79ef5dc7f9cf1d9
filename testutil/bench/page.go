package bench

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"rate":    func(value float64) string { return fmt.Sprintf("%.0f", value) },
	"seconds": func(value float64) string { return fmt.Sprintf("%.2f s", value) },
	"mb":      func(value int64) string { return fmt.Sprintf("%.0f", float64(value)/(1<<20)) },
	"percent": func(value float64) string { return fmt.Sprintf("%.1f%%", 100*value) },
	"inc":     func(value int) int { return value + 1 },
}).Parse(pageText))

// page is a result with the run that is shown and its plots.
type page struct {
	*Result
	Run              RunResult
	Rates, Latencies template.HTML
}

// writePage writes one page that needs nothing else, about the median run.
func (r *Result) writePage(dir string) error {
	shown := page{Result: r, Run: r.Runs[r.Median]}
	shown.Rates = plot("payments per second by block", "seconds after the first submission, at the commit of the block", "payments per second",
		ratesOf(shown.Run.Blocks), true)
	shown.Latencies = plot("latency by share of payments", "percent of the payments", "seconds", curveOf(shown.Run.Curve), false)
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, shown); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, PageFile), text.Bytes(), 0o600)
}

// ratesOf returns the payments of each block over the time from the commit before to its own, as the client saw them. Blocks that were seen
// at the same moment share what comes after it.
func ratesOf(blocks []Block) []point {
	var points []point
	payments, since := 0, 0.0
	for _, block := range blocks {
		payments += block.Payments
		if span := block.Seen - since; span > 0 {
			points = append(points, point{block.Seen, float64(payments) / span})
			payments, since = 0, block.Seen
		}
	}
	return points
}

func curveOf(curve []float64) []point {
	points := make([]point, len(curve))
	for i, value := range curve {
		points[i] = point{float64(i), value}
	}
	return points
}
