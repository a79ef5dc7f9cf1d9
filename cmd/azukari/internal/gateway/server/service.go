package server

import (
	"context"
	"errors"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/engine"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// batchOrders bounds the orders of one call.
	batchOrders = 1_000
	// longestWait bounds how long a call waits for outcomes.
	longestWait = 60 * time.Second
)

// Senders knows senders by their tokens.
type Senders interface {
	// Sender returns the sender of a token, and false if there is none.
	Sender(token string) (engine.Sender, bool)
}

// service implements the gateway's calls, for gRPC and REST alike.
type service struct {
	desk    *engine.Engine
	senders Senders
	// ends is done when the gateway ends: nobody waits for an outcome any more.
	ends context.Context
}

// New returns the gateway's calls. When ends is done, who waits for an outcome hears that it is pending.
func New(ends context.Context, desk *engine.Engine, senders Senders) gatewaypb.GatewayServer {
	return service{desk, senders, ends}
}

// SubmitOrder takes one order and waits for its outcome.
func (s service) SubmitOrder(ctx context.Context, request *gatewaypb.SubmitOrderRequest) (*gatewaypb.SubmitOrderResponse, error) {
	sender, err := s.sender(ctx)
	if err != nil {
		return nil, err
	}
	receipt := s.desk.Take(ctx, sender, []paymenttypes.SignedPaymentOrder{request.Order})[0]
	if receipt.Err != nil {
		return nil, statusOf(receipt.Err)
	}
	ctx, cancel := s.waiting(ctx, request.Wait)
	defer cancel()
	return &gatewaypb.SubmitOrderResponse{Outcome: receipt.Wait(ctx)}, nil
}

// SubmitOrders takes many orders and waits for their outcomes.
func (s service) SubmitOrders(ctx context.Context, request *gatewaypb.SubmitOrdersRequest) (*gatewaypb.SubmitOrdersResponse, error) {
	sender, err := s.sender(ctx)
	if err != nil {
		return nil, err
	}
	if got := len(request.Orders); got < 1 || got > batchOrders {
		return nil, status.Errorf(codes.InvalidArgument, "orders: expected 1 to %d, got %d", batchOrders, got)
	}
	receipts := s.desk.Take(ctx, sender, request.Orders)
	ctx, cancel := s.waiting(ctx, request.Wait)
	defer cancel()
	response := &gatewaypb.SubmitOrdersResponse{Orders: make([]gatewaypb.SubmittedOrder, len(receipts))}
	for i, receipt := range receipts {
		if receipt.Err != nil {
			refused := status.Convert(statusOf(receipt.Err))
			response.Orders[i] = gatewaypb.SubmittedOrder{Code: uint32(refused.Code()), Error: refused.Message()}
			continue
		}
		outcome := receipt.Wait(ctx)
		response.Orders[i] = gatewaypb.SubmittedOrder{Outcome: &outcome}
	}
	return response, nil
}

// GetOutcome returns what became of an order.
func (s service) GetOutcome(ctx context.Context, request *gatewaypb.GetOutcomeRequest) (*gatewaypb.GetOutcomeResponse, error) {
	sender, err := s.sender(ctx)
	if err != nil {
		return nil, err
	}
	payer, err := registrytypes.ParseAddress(request.Payer)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "payer: %s", err)
	}
	receipt, err := s.desk.Outcome(sender, payer, request.Nonce)
	if err != nil {
		return nil, statusOf(err)
	}
	ctx, cancel := s.waiting(ctx, request.Wait)
	defer cancel()
	return &gatewaypb.GetOutcomeResponse{Outcome: receipt.Wait(ctx)}, nil
}

// sender returns who calls.
func (s service) sender(ctx context.Context) (engine.Sender, error) {
	given := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(given) == 0 {
		return engine.Sender{}, status.Error(codes.Unauthenticated, "expected a header 'authorization: Bearer TOKEN', got none: ask the gateway's operator for a token")
	}
	token, found := strings.CutPrefix(given[0], "Bearer ")
	if sender, known := s.senders.Sender(token); found && known {
		return sender, nil
	}
	return engine.Sender{}, status.Error(codes.Unauthenticated, "expected a token of this gateway after 'Bearer ', got another: ask the gateway's operator for one")
}

// waiting returns a context that ends when a call has waited enough.
func (s service) waiting(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, min(max(wait, 0), longestWait))
	stop := context.AfterFunc(s.ends, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// statusOf gives an error the code of gRPC that the proto file promises.
func statusOf(err error) error {
	code := codes.InvalidArgument
	switch {
	case errors.Is(err, engine.ErrBusy):
		code = codes.Unavailable
	case errors.Is(err, engine.ErrQuota):
		code = codes.ResourceExhausted
	case errors.Is(err, engine.ErrConflict):
		code = codes.AlreadyExists
	case errors.Is(err, engine.ErrNotFound):
		code = codes.NotFound
	case errorsmod.IsOf(err, paymenttypes.ErrOrderExpired, paymenttypes.ErrBadSignature, registrytypes.ErrOrderKeyNotFound, registrytypes.ErrAccountNotFound):
		code = codes.FailedPrecondition
	}
	return status.Error(code, err.Error())
}
