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
	shown.Rates = plot("payments per second by block", "seconds after the first submission, by the time of the block", "payments per second",
		ratesOf(shown.Run.Blocks), true)
	shown.Latencies = plot("latency by share of payments", "percent of the payments", "seconds", curveOf(shown.Run.Curve), false)
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, shown); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, PageFile), text.Bytes(), 0o600)
}

// ratesOf returns the payments of each block over the time since the one before.
func ratesOf(blocks []Block) []point {
	var points []point
	for i := 1; i < len(blocks); i++ {
		if span := blocks[i].Time - blocks[i-1].Time; span > 0 {
			points = append(points, point{max(0, blocks[i].Time), float64(blocks[i].Payments) / span})
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
