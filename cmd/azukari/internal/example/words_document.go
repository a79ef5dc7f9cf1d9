package example

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/azukari-network/azukari/cmd/azukari/internal/receipt"
	"github.com/azukari-network/azukari/testutil/devnet"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// pin is the header that an example trusts, and the node that it asks for receipts.
type pin struct {
	*receipt.Trust

	node receipt.Node
}

// newPin trusts the header on which the zone's validators agree now.
func newPin(ctx context.Context, zone *devnet.Zone) (*pin, error) {
	var nodes []receipt.Node
	for _, one := range zone.Nodes() {
		node, err := receipt.Dial(ctx, one.Endpoints().RPC)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	trust, err := receipt.Pin(ctx, nodes, 0, receipt.DefaultTrustingPeriod)
	if err != nil {
		return nil, err
	}
	return &pin{trust, nodes[0]}, nil
}

func writeDocument(c *call) (string, error) {
	name, err := c.next("a name")
	if err != nil {
		return "", err
	}
	if c.input == "" {
		return "", c.mistake("expected the text of the document below, got none")
	}
	c.documents[name] = c.input
	hash, err := c.document(name)
	return fmt.Sprintf("SHA-256 %s", hexOf(hash)), err
}

func notarize(c *call) (string, error) {
	notary, err := c.person()
	if err != nil {
		return "", err
	}
	name, err := c.next("a document")
	if err != nil {
		return "", err
	}
	hash, err := c.document(name)
	if err != nil {
		return "", err
	}
	var answer notarytypes.MsgNotarizeResponse
	err = c.sendFor(notary, &answer, &notarytypes.MsgNotarize{
		Notary: notary.String(), Documents: []notarytypes.Document{{Hash: hexOf(hash), Label: c.text("label")}},
	})
	switch {
	case err != nil:
		return "", err
	case answer.Recorded == 0:
		return "notarized before: that stands", nil
	default:
		return "ok", nil
	}
}

func prove(c *call) (string, error) {
	name, err := c.next("a name")
	if err != nil {
		return "", err
	}
	notary, err := c.personNamed(name)
	if err != nil {
		return "", err
	}
	document, err := c.next("a document")
	if err != nil {
		return "", err
	}
	hash, err := c.document(document)
	if err != nil {
		return "", err
	}
	key, err := receipt.NotarizationKey(notary.Address(), hash)
	if err != nil {
		return "", err
	}
	one, err := receipt.MakeNewest(c.ctx, c.pin.node, c.pin.Trust, notarytypes.StoreKey, key)
	if errors.Is(err, receipt.ErrNoRow) {
		return "not notarized by " + name, nil
	}
	if err != nil {
		return "", err
	}
	// From here on no node is asked.
	proof, err := receipt.Verify(one, c.pin.Trust, receipt.DefaultTrustingPeriod, time.Now())
	if err != nil {
		return "", err
	}
	content := c.documents[document]
	if c.flag("changed") {
		content += "."
	}
	if sum := sha256.Sum256([]byte(content)); hexOf(sum[:]) != proof.Notarization.Hash {
		return "not proven: the document is not the one that was notarized", nil
	}
	text := "proven: notarized by " + c.nameOf(proof.Notarization.Notary)
	if proof.Notarization.Label != "" {
		text += fmt.Sprintf(" as %q", proof.Notarization.Label)
	}
	return text, nil
}
