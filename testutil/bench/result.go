package bench

import "time"

// Result is what a measurement found. It is result.json.
type Result struct {
	Begun    time.Time         `json:"begun"`
	Version  string            `json:"version"`
	Machine  Machine           `json:"machine"`
	Shape    Shape             `json:"shape"`
	Settings map[string]string `json:"settings"`
	Prepared []Step            `json:"prepared"`
	// Runs in their order; Median is the one, counted from 0, of the median average.
	Runs   []RunResult `json:"runs"`
	Median int         `json:"median_run"`
	// Peer is what stock simd did in the same session.
	Peer *Peer `json:"peer,omitempty"`
}

// Machine is where it was measured.
type Machine struct {
	CPU         string            `json:"cpu"`
	Cores       int               `json:"cores"`
	MemoryBytes int64             `json:"memory_bytes"`
	Go          string            `json:"go"`
	Environment map[string]string `json:"environment"`
}

// Shape is what was asked for.
type Shape struct {
	Accounts      int     `json:"accounts"`
	Validators    int     `json:"validators"`
	Listeners     int     `json:"listeners"`
	Kind          Kind    `json:"kind"`
	To            string  `json:"to"`
	Seconds       int     `json:"seconds"`
	Rate          int     `json:"rate"`
	InFlight      int     `json:"in_flight"`
	Bundle        int     `json:"bundle"`
	Payments      int     `json:"payments_signed"`
	BlockGas      int64   `json:"block_gas"`
	BlockBytes    int64   `json:"block_bytes"`
	Stop          int     `json:"stop"`
	Seed          string  `json:"seed"`
	TotalYen      uint64  `json:"total_yen"`
	InitialHeight int64   `json:"initial_height"`
	BytesPerTx    float64 `json:"bytes_per_transaction"`
	StateBytes    int64   `json:"state_bytes"`
}

// Step is one step of the preparation.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// RunResult is one run.
type RunResult struct {
	// Average is payments per second from the first submission to the last commit, Best of any 15 seconds of block time.
	Average float64 `json:"average_per_s"`
	Best    float64 `json:"best_15s_per_s"`
	// Took is from the first submission to the last commit.
	Took    float64 `json:"took_s"`
	Latency Latency `json:"latency"`
	// Curve is the latency in seconds that each percent of the payments stays within, from 0 to 100.
	Curve    []float64 `json:"latency_curve_s"`
	Outcomes Outcomes  `json:"outcomes"`
	Blocks   []Block   `json:"blocks"`
	Nodes    []NodeUse `json:"nodes"`
	// GeneratorCPU is what this program used per payment, in microseconds.
	GeneratorCPU float64 `json:"generator_us_per_payment"`
	// MempoolFull counts pauses for a full mempool.
	MempoolFull int64 `json:"mempool_full"`
	// Exhausted says that all signed payments were submitted before the time was over.
	Exhausted bool        `json:"exhausted"`
	States    []NodeState `json:"states"`
	// Agree says that the sums are the known total and that all nodes have the same hash and digest.
	Agree bool `json:"agree"`
	// Outages are of the validators that stopped, in their order.
	Outages []Outage `json:"outages,omitempty"`
	Profile *Profile `json:"profile,omitempty"`
}

// NodeUse is what one node used for the load.
type NodeUse struct {
	Node string `json:"node"`
	// CPU in microseconds per payment, and in seconds in all.
	CPU        float64 `json:"cpu_us_per_payment"`
	CPUSeconds float64 `json:"cpu_s"`
	// PeakMemory is the largest resident size, in bytes.
	PeakMemory int64 `json:"peak_memory_bytes"`
	// Disk is what the node's files grew by, in bytes per payment, by the folder in data/.
	Disk      map[string]float64 `json:"disk_bytes_per_payment"`
	DiskTotal float64            `json:"disk_bytes_per_payment_total"`
}

// Outage is one validator's absence.
type Outage struct {
	Node string `json:"node"`
	// StoppedAt and StartedAt are in seconds after the first submission.
	StoppedAt float64 `json:"stopped_at_s"`
	StartedAt float64 `json:"started_at_s"`
	// Missed blocks, and CatchUp from the start of the process until the node was level with the others.
	Missed  int64   `json:"missed_blocks"`
	CatchUp float64 `json:"catch_up_s"`
}

// Profile is where one node's processor time went.
type Profile struct {
	Node string `json:"node"`
	// File is the profile, as pprof reads it, beside this result.
	File    string  `json:"file"`
	Seconds float64 `json:"cpu_s"`
	// Signatures is the share of verifying signatures, in whatever phase.
	Signatures float64 `json:"signatures"`
	// Phases are shares of the samples, by what the node was doing; Packages by whose code it ran.
	Phases   []Share `json:"phases"`
	Packages []Share `json:"packages"`
}

// Share is a part of all samples, 0 to 1.
type Share struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"`
}

// Peer is stock simd of ibc-go on the same machine, in the same session, with plain sends.
type Peer struct {
	Version string `json:"version"`
	// Payments is what kind of payments it made.
	Payments string `json:"payments"`
	// Average and Best of its median run; Averages of all.
	Average  float64   `json:"average_per_s"`
	Best     float64   `json:"best_15s_per_s"`
	Averages []float64 `json:"averages_per_s"`
	Latency  Latency   `json:"latency"`
	// CPU in microseconds per payment and node.
	CPU float64 `json:"cpu_us_per_payment"`
	// Disk is what a node's files grew by, in bytes per payment, the mean of its nodes.
	Disk float64 `json:"disk_bytes_per_payment"`
	// Nodes of its median run.
	Nodes []NodeUse `json:"nodes"`
	// Ratio of our average to its.
	Ratio float64 `json:"ratio"`
}
