package order

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
)

const (
	sendRoute = "/azukari/gateway/v1/orders"
	// answerTime is how long a gateway may take beside the wait for the outcome.
	answerTime = 15 * time.Second
)

type sendOptions struct {
	gateway, token, tokenFile, ca string
	wait                          time.Duration
}

func sendCommand() *cobra.Command {
	var o sendOptions
	cmd := &cobra.Command{
		Use:   "send ORDER.json",
		Short: "Bring a signed order to a gateway, and print what became of it",
		Long: `Bring an order that 'azukari order sign' printed to a gateway, and print its outcome as JSON. The exit code is 0 if the payee is paid or
the amount is held, 3 if the outcome is pending, and 1 else. Sending the same order again is safe.`,
		Example: "  azukari order send --gateway https://gateway.bank-a.example --token-file token order.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), args[0], cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.gateway, "gateway", "", "URL of the gateway's REST, as http://127.0.0.1:9291")
	flags.StringVar(&o.token, "token", "", "token of the sender; others on the machine may see it: rather name a file")
	flags.StringVar(&o.tokenFile, "token-file", "", "file with the token")
	flags.StringVar(&o.ca, "ca", "", "certificate of the authority of the gateway's own, in PEM (default: the system's authorities)")
	flags.DurationVar(&o.wait, "wait", 30*time.Second, "how long to wait for the outcome, at most 60s")
	cmd.MarkFlagsMutuallyExclusive("token", "token-file")
	cmd.MarkFlagsOneRequired("token", "token-file")
	_ = cmd.MarkFlagRequired("gateway") // it is one of the flags
	return cmd
}

// outcomeError ends the command with a code of its own.
type outcomeError struct {
	text string
	code int
}

// Error says what became of the order.
func (e outcomeError) Error() string { return e.text }

// ExitCode is that of the command.
func (e outcomeError) ExitCode() int { return e.code }

func (o sendOptions) run(ctx context.Context, path string, out io.Writer) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	request := &gatewaypb.SubmitOrderRequest{Wait: o.wait}
	if err := jsonpb.Unmarshal(bytes.NewReader(raw), &request.Order); err != nil {
		return fmt.Errorf("%s: expected an order as 'azukari order sign' prints it: %w", path, err)
	}
	outcome, err := o.send(ctx, request)
	if err != nil {
		return err
	}
	printed, err := (&jsonpb.Marshaler{OrigName: true}).MarshalToString(outcome)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, printed); err != nil {
		return err
	}
	const pending = 3
	switch outcome.Status {
	case gatewaypb.OrderStatusPaid, gatewaypb.OrderStatusHeld:
		return nil
	case gatewaypb.OrderStatusPending:
		return outcomeError{fmt.Sprintf("expected an outcome within %s, got none yet: send the same order again to ask", o.wait), pending}
	case gatewaypb.OrderStatusRefused, gatewaypb.OrderStatusExpired, gatewaypb.OrderStatusNonceUsed, gatewaypb.OrderStatusUnspecified:
	}
	return outcomeError{"not paid: " + outcome.Error, 1}
}

func (o sendOptions) send(ctx context.Context, request *gatewaypb.SubmitOrderRequest) (*gatewaypb.OrderOutcome, error) {
	token, client, err := o.client()
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := (&jsonpb.Marshaler{OrigName: true}).Marshal(&body, request); err != nil {
		return nil, err
	}
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(o.gateway, "/")+sendRoute, &body)
	if err != nil {
		return nil, fmt.Errorf("--gateway: %w", err)
	}
	call.Header.Set("Authorization", "Bearer "+token)
	call.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(call)
	if err != nil {
		return nil, fmt.Errorf("send to %s: %w; send the same order again, here or to another gateway", o.gateway, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		var words struct{ Message string }
		if json.NewDecoder(answer.Body).Decode(&words) != nil || words.Message == "" {
			words.Message = "expected a gateway's answer; is it its REST address?"
		}
		return nil, fmt.Errorf("%s: %s", answer.Status, words.Message)
	}
	var response gatewaypb.SubmitOrderResponse
	if err := jsonpb.Unmarshal(answer.Body, &response); err != nil {
		return nil, fmt.Errorf("expected the answer of a gateway from %s: %w", o.gateway, err)
	}
	return &response.Outcome, nil
}

func (o sendOptions) client() (token string, client *http.Client, err error) {
	token = o.token
	if o.tokenFile != "" {
		raw, err := os.ReadFile(o.tokenFile)
		if err != nil {
			return "", nil, fmt.Errorf("--token-file: %w", err)
		}
		token = strings.TrimSpace(string(raw))
	}
	secured := &tls.Config{MinVersion: tls.VersionTLS13}
	if o.ca != "" {
		raw, err := os.ReadFile(o.ca)
		if err != nil {
			return "", nil, fmt.Errorf("--ca: %w", err)
		}
		secured.RootCAs = x509.NewCertPool()
		if !secured.RootCAs.AppendCertsFromPEM(raw) {
			return "", nil, errors.New("--ca: expected certificates in PEM, got none")
		}
	}
	return token, &http.Client{Timeout: o.wait + answerTime, Transport: &http.Transport{TLSClientConfig: secured}}, nil
}
