package relayer

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/azukari-network/azukari/relayer/config"
)

// PathStatus is what the two chains of a path say of it.
type PathStatus struct {
	Path     string          `json:"path"`
	Linked   bool            `json:"linked"`
	Clients  []ClientStatus  `json:"clients,omitempty"`
	Channels []ChannelStatus `json:"channels,omitempty"`
	Error    string          `json:"error,omitempty"`
}

// ClientStatus is a light client with its age.
type ClientStatus struct {
	On      string    `json:"on"`
	Of      string    `json:"of"`
	ID      string    `json:"id"`
	Status  string    `json:"status"`
	Height  uint64    `json:"height"`
	Head    int64     `json:"head"`
	Expires time.Time `json:"expires"`
}

// ChannelStatus is a channel in one direction: what is not yet received, and what is received and not acknowledged.
type ChannelStatus struct {
	Port       string `json:"port"`
	From       string `json:"from"`
	To         string `json:"to"`
	FromID     string `json:"from_channel"`
	ToID       string `json:"to_channel"`
	Unreceived int    `json:"unreceived"`
	Unacked    int    `json:"unacked"`
}

// Status asks the chains about every path. A path that cannot be asked has its error; the others are unaffected.
func Status(ctx context.Context, cfg *config.Config, chains map[string]Chain) []PathStatus {
	var out []PathStatus
	for _, z := range cfg.Spokes() {
		s := PathStatus{Path: cfg.Hub + "-" + z.ID}
		if err := s.ask(ctx, cfg.Hub, z.ID, chains); err != nil {
			s.Error = err.Error()
		}
		out = append(out, s)
	}
	return out
}

func (s *PathStatus) ask(ctx context.Context, hubID, zoneID string, chains map[string]Chain) error {
	hub, zone := chains[hubID], chains[zoneID]
	f, err := discover(ctx, hub, zone)
	if err != nil {
		return err
	}
	if s.Linked = f.complete(); !s.Linked {
		return fmt.Errorf("expected open channels, got connections in %s and %s; run azrelay link", f.hub.connectionState(), f.zone.connectionState())
	}
	link := f.ends()
	for _, c := range []struct {
		on, of     string
		onC, ofC   Chain
		clientName string
	}{{hubID, zoneID, hub, zone, link.HubClient}, {zoneID, hubID, zone, hub, link.ZoneClient}} {
		state, err := c.onC.LightClient(ctx, c.clientName)
		if err != nil {
			return err
		}
		head, err := c.ofC.Latest(ctx)
		if err != nil {
			return err
		}
		s.Clients = append(s.Clients, ClientStatus{
			On: c.on, Of: c.of, ID: c.clientName, Status: state.Status, Height: state.Latest.RevisionHeight,
			Head: head.Height, Expires: state.Time.Add(state.TrustingPeriod),
		})
	}
	p := &path{hub: &node{Chain: hub, zone: config.Zone{ID: hubID}}, zone: &node{Chain: zone, zone: config.Zone{ID: zoneID}}}
	p.log = slog.New(slog.DiscardHandler)
	p.adopt(link)
	for _, w := range p.ways() {
		committed, _, err := w.src.Commitments(ctx, w.port, w.srcChan)
		if err != nil {
			return err
		}
		unreceived, err := w.dst.UnreceivedPackets(ctx, w.port, w.dstChan, committed)
		if err != nil {
			return err
		}
		s.Channels = append(s.Channels, ChannelStatus{
			Port: w.port, From: w.src.zone.ID, To: w.dst.zone.ID, FromID: w.srcChan, ToID: w.dstChan,
			Unreceived: len(unreceived), Unacked: len(committed) - len(unreceived),
		})
	}
	return nil
}

// WriteStatus renders statuses as tables for people.
func WriteStatus(w io.Writer, list []PathStatus, now time.Time) error {
	var text strings.Builder
	text.WriteString("PATH\tCLIENT\tON\tOF\tSTATUS\tHEIGHT\tHEAD\tEXPIRES IN\n")
	for _, s := range list {
		for _, c := range s.Clients {
			fmt.Fprintf(&text, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", s.Path, c.ID, c.On, c.Of, c.Status, c.Height, c.Head, c.Expires.Sub(now).Round(time.Second))
		}
		if s.Error != "" {
			fmt.Fprintf(&text, "%s\terror: %s\n", s.Path, s.Error)
		}
	}
	text.WriteString("\nPATH\tPORT\tFROM\tCHANNEL\tTO\tCHANNEL\tUNRECEIVED\tUNACKED\n")
	for _, s := range list {
		for _, c := range s.Channels {
			fmt.Fprintf(&text, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\n", s.Path, c.Port, c.From, c.FromID, c.To, c.ToID, c.Unreceived, c.Unacked)
		}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(table, text.String()); err != nil {
		return err
	}
	return table.Flush()
}
