package bench

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

const (
	plotWidth, plotHeight                            = 860, 260
	plotLeft, plotRight, plotTop, plotBottom         = 70, 15, 15, 40
	ticks                                            = 5
	plotInnerWidth, plotInnerHeight          float64 = plotWidth - plotLeft - plotRight, plotHeight - plotTop - plotBottom
)

// point of a plot; both coordinates are 0 or more.
type point struct{ x, y float64 }

// plot draws a line over points in ascending order of x, as SVG. With bars each point is a bar that ends at it and begins at the one
// before.
func plot(title, xName, yName string, points []point, bars bool) template.HTML {
	maxX, maxY := 0.0, 0.0
	for _, p := range points {
		maxX, maxY = max(maxX, p.x), max(maxY, p.y)
	}
	maxX, maxY = roundUp(maxX), roundUp(maxY)
	x := func(value float64) float64 { return plotLeft + max(0, value)/maxX*plotInnerWidth }
	y := func(value float64) float64 { return plotTop + (1-value/maxY)*plotInnerHeight }
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg viewBox="0 0 %d %d" role="img" aria-label=%q>`, plotWidth, plotHeight, html.EscapeString(title))
	for i := range ticks + 1 {
		valueX, valueY := maxX*float64(i)/ticks, maxY*float64(i)/ticks
		fmt.Fprintf(&svg, `<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>`, plotLeft, plotWidth-plotRight, y(valueY), y(valueY))
		fmt.Fprintf(&svg, `<text class="y" x="%d" y="%.1f">%s</text>`, plotLeft-6, y(valueY)+4, number(valueY))
		fmt.Fprintf(&svg, `<text class="x" x="%.1f" y="%d">%s</text>`, x(valueX), plotHeight-plotBottom+16, number(valueX))
	}
	fmt.Fprintf(&svg, `<text class="x" x="%d" y="%d">%s</text>`, plotWidth/2, plotHeight-4, html.EscapeString(xName))
	fmt.Fprintf(&svg, `<text class="name" x="%d" y="11">%s</text>`, plotLeft+4, html.EscapeString(yName))
	if bars {
		from := 0.0
		for _, p := range points {
			fmt.Fprintf(&svg, `<rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s, %s</title></rect>`,
				x(from), y(p.y), max(0.5, x(p.x)-x(from)-0.5), y(0)-y(p.y), number(p.x), number(p.y))
			from = p.x
		}
	} else {
		svg.WriteString(`<polyline class="line" points="`)
		for _, p := range points {
			fmt.Fprintf(&svg, "%.1f,%.1f ", x(p.x), y(p.y))
		}
		svg.WriteString(`"/>`)
	}
	svg.WriteString(`</svg>`)
	return template.HTML(svg.String()) // #nosec G203 -- made of numbers and escaped names
}

// roundUp returns the next of 1, 2, 2.5, 5 times a power of ten.
func roundUp(value float64) float64 {
	if value <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(value)))
	for _, factor := range []float64{1, 2, 2.5, 5} {
		if value <= factor*unit {
			return factor * unit
		}
	}
	return 10 * unit
}

// number writes a value without needless digits.
func number(value float64) string {
	if value == math.Trunc(value) {
		return fmt.Sprintf("%.0f", value)
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", value), "0"), ".")
}
