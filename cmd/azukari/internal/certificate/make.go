package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"time"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	certificateBlock = "CERTIFICATE"
	keyBlock         = "PRIVATE KEY"
	// clockSkew is how far a listener's clock may be behind.
	clockSkew = time.Hour
)

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

// request says what certificate to make.
type request struct {
	organization, name, folder string
	lifetime                   time.Duration
}

type made struct {
	certificate              *x509.Certificate
	certificateFile, keyFile string
}

func (r request) validate() error {
	if err := membershiptypes.ValidateOrganizationID(r.organization); err != nil {
		return fmt.Errorf("--organization: %w", err)
	}
	if !plainName.MatchString(r.name) {
		return fmt.Errorf("--name: expected 1 to 64 letters, digits or hyphens, got %q", r.name)
	}
	if r.lifetime < day || r.lifetime > membershiptypes.MaxCertificateLifetime {
		return fmt.Errorf("--days: expected 1 to %d, got %d", membershiptypes.MaxCertificateLifetime/day, r.lifetime/day)
	}
	return nil
}

// write makes a key and a certificate, and writes both. A file that is there already is an error: a key is lost only on purpose.
func (r request) write(now time.Time) (made, error) {
	if err := r.validate(); err != nil {
		return made{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return made{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return made{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: r.name, Organization: []string{r.organization}},
		NotBefore:    now.Add(-clockSkew), NotAfter: now.Add(r.lifetime).Truncate(time.Second),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return made{}, err
	}
	certificate, err := x509.ParseCertificate(encoded)
	if err != nil {
		return made{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return made{}, err
	}
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return made{}, err
	}
	files := made{certificate, filepath.Join(r.folder, r.name+".crt"), filepath.Join(r.folder, r.name+".key")}
	if err := create(files.keyFile, keyBlock, private); err != nil {
		return made{}, err
	}
	if err := create(files.certificateFile, certificateBlock, encoded); err != nil {
		return made{}, errors.Join(err, os.Remove(files.keyFile))
	}
	return files, nil
}

// create writes a PEM file that nobody else reads.
func create(name, kind string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- the user names the folder
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("expected no file %s yet, got one: choose another --name or --out", name)
	}
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(file, &pem.Block{Type: kind, Bytes: content}), file.Close())
}
