package node

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"path/filepath"

	"github.com/cometbft/cometbft/p2p"
	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/cmd/internal/gate"
	"github.com/azukari-network/azukari/cmd/internal/mtls"
)

// openGate lets clients of members ask the node from outside, if its operator wants that.
func (r *runner) openGate(ctx context.Context, group *errgroup.Group) error {
	if !r.config.Queries.On() {
		return nil
	}
	certificate, err := r.gateCertificate()
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", r.config.Queries.Address)
	if err != nil {
		return fmt.Errorf("queries.address in app.toml: %w", err)
	}
	backends := nodeconfig.Files{Comet: r.Config, App: &r.config}.Backends()
	opened := gate.New(gate.Config{
		Certificate: certificate, Admit: r.app.AdmitClient, Height: r.app.LastBlockHeight,
		RPC: backends.RPC, REST: backends.REST, GRPC: backends.GRPC,
		Logger: r.Logger.With("module", "gate"),
	})
	r.Logger.Info("clients of members may ask this node", "module", "gate", "address", listener.Addr())
	group.Go(func() error { return opened.Serve(ctx, listener) })
	return nil
}

// gateCertificate returns the certificate that the operator names, or one by the node's key.
func (r *runner) gateCertificate() (tls.Certificate, error) {
	queries := r.config.Queries
	if queries.CertificateFile != "" {
		certificate, err := mtls.Load(r.belowHome(queries.CertificateFile), r.belowHome(queries.KeyFile))
		if err != nil {
			return tls.Certificate{}, fmt.Errorf("queries.certificate-file and queries.key-file in app.toml: %w", err)
		}
		return certificate, nil
	}
	key, err := p2p.LoadNodeKey(r.Config.NodeKeyFile())
	if err != nil {
		return tls.Certificate{}, err
	}
	return mtls.NodeCertificate(key)
}

func (r *runner) belowHome(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(r.Config.RootDir, file)
}
