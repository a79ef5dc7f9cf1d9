package ops

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	kindPrefix   = "ACCOUNT_KIND_"
	maxAccounts  = 100_000
	accountLines = 1_000
)

// accountKinds are the kinds as people write them.
var accountKinds = []string{"individual", "business", "bank_own"}

// OpenAccounts has the maker apply for accounts. What was applied for before with the same content is reported as such.
func (s *Service) OpenAccounts(ctx context.Context, request *bankpb.OpenAccountsRequest) (*bankpb.OpenAccountsResponse, error) {
	if len(request.Applications) == 0 || len(request.Applications) > maxAccounts {
		return nil, badInputf("applications", "expected 1 to %d, got %d", maxAccounts, len(request.Applications))
	}
	applications := make([]registrytypes.ApplicationLine, len(request.Applications))
	for i, one := range request.Applications {
		application, faults := Application(one)
		if len(faults) > 0 {
			return nil, badInputf(fmt.Sprintf("applications[%d].%s", i, faults[0].Field), "%w", faults[0].Err)
		}
		applications[i] = application
	}
	maker, err := s.keys.Maker()
	if err != nil {
		return nil, badInput("", err)
	}
	var lines []*bankpb.LineResult
	more := progressOf(ctx, len(applications))
	for start := 0; start < len(applications); start += accountLines {
		part := applications[start:min(start+accountLines, len(applications))]
		some, err := s.apply(ctx, maker, part)
		if err != nil {
			return nil, err
		}
		for _, line := range some {
			line.Line += count(start)
		}
		lines = append(lines, some...)
		more(len(part))
	}
	return &bankpb.OpenAccountsResponse{Summary: summary(lines), Lines: lines}, nil
}

// Application reads an application, and returns everything that is wrong with it.
func Application(one *bankpb.AccountApplication) (registrytypes.ApplicationLine, []*InputError) {
	var c checks
	line := registrytypes.ApplicationLine{
		Reference: c.reference("reference", one.Reference), Address: c.address("address", one.Address),
		Kind: registrytypes.AccountKind(registrytypes.AccountKind_value[kindPrefix+strings.ToUpper(c.oneOf("kind", one.Kind, accountKinds...))]),
	}
	hash, err := hex.DecodeString(one.IdentityHash)
	if err != nil || len(hash) != registrytypes.IdentityHashLength {
		c.fault("identity_hash", "expected %d bytes in hex, got %q", registrytypes.IdentityHashLength, one.IdentityHash)
	}
	line.IdentityHash = hash
	if own := one.Limits; own != nil {
		line.Limits = &registrytypes.Limits{
			PerPayment: c.limit("per_payment", own.PerPayment), PerDay: c.limit("per_day", own.PerDay), Balance: c.limit("balance", own.Balance),
		}
	}
	return line, c.faults
}

// apply applies for up to 1,000 accounts.
func (s *Service) apply(ctx context.Context, maker profile.Key, part []registrytypes.ApplicationLine) ([]*bankpb.LineResult, error) {
	answer, err := s.send(ctx, maker, nodeclient.Weighted{
		Msg: &registrytypes.MsgApplyAccounts{Operator: maker.Address().String(), Lines: part}, Gas: gasOf(len(part)),
	})
	if err != nil {
		return nil, err
	}
	var made registrytypes.MsgApplyAccountsResponse
	if err := nodeclient.DecodeResponse(answer, &made); err != nil {
		return nil, err
	}
	lines, err := linesOf(answer, made.Results, len(part))
	if err != nil {
		return nil, err
	}
	return lines, s.foundBefore(ctx, lines, func(line int, before registrytypes.AccountRequest) bool {
		return sameApplication(part[line], before)
	})
}

// linesOf turns the results of a message about many lines into lines, with the words of the transaction's events.
func linesOf(answer *sdk.TxResponse, results []registrytypes.LineResult, want int) ([]*bankpb.LineResult, error) {
	if len(results) != want {
		return nil, fmt.Errorf("expected %d lines in the answer of transaction %s, got %d", want, answer.TxHash, len(results))
	}
	words := map[string]string{}
	for _, event := range answer.Events {
		typed, err := sdk.ParseTypedEvent(event)
		if refused, ok := typed.(*registrytypes.EventLineRefused); err == nil && ok {
			words[refused.Reference] = refused.Error
		}
	}
	lines := make([]*bankpb.LineResult, want)
	for i, one := range results {
		lines[i] = result(i+1, one.Reference, OutcomeDone)
		if one.Code != 0 {
			refuse(lines[i], one.Codespace, one.Code, words[one.Reference])
		}
	}
	return lines, nil
}

// foundBefore looks at what was asked before under the references of refused lines, and turns a line into one that was
// done before where that is the same.
func (s *Service) foundBefore(ctx context.Context, lines []*bankpb.LineResult, same func(line int, before registrytypes.AccountRequest) bool) error {
	client := registrytypes.NewQueryClient(s.client.GRPC())
	for i, line := range lines {
		if line.Outcome != OutcomeRefused {
			continue
		}
		answer, err := client.Request(ctx, &registrytypes.QueryRequestRequest{Bank: s.bank, Reference: line.Reference})
		if status.Code(err) == codes.NotFound || errors.Is(err, registrytypes.ErrRequestNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("request %s: %w", line.Reference, err)
		}
		if same(i, answer.Request) {
			line.Outcome, line.Code, line.Reason = OutcomeAlready, "", ""
		}
	}
	return nil
}

// sameApplication says whether a request applied for just this account.
func sameApplication(line registrytypes.ApplicationLine, before registrytypes.AccountRequest) bool {
	application := before.GetApplication()
	if before.Kind != registrytypes.RequestKindOpen || before.Account != line.Address || application == nil {
		return false
	}
	return sameLimits(application.Limits, line.Limits) && application.Kind == line.Kind && bytes.Equal(application.IdentityHash, line.IdentityHash)
}

func sameLimits(a, b *registrytypes.Limits) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.PerPayment.Equal(b.PerPayment) && a.PerDay.Equal(b.PerDay) && a.Balance.Equal(b.Balance)
}

// ApproveAccounts has the checker approve applications: those named, or all that wait.
func (s *Service) ApproveAccounts(ctx context.Context, request *bankpb.ApproveAccountsRequest) (*bankpb.ApproveAccountsResponse, error) {
	checker, err := s.keys.Checker()
	if err != nil {
		return nil, badInput("", err)
	}
	references := request.References
	if len(references) == 0 {
		if references, err = s.waitingApplications(ctx); err != nil {
			return nil, err
		}
	}
	var lines []*bankpb.LineResult
	more := progressOf(ctx, len(references))
	for start := 0; start < len(references); start += accountLines {
		part := references[start:min(start+accountLines, len(references))]
		answer, err := s.send(ctx, checker, nodeclient.Weighted{
			Msg: &registrytypes.MsgApproveRequests{Operator: checker.Address().String(), References: part}, Gas: gasOf(len(part)),
		})
		if err != nil {
			return nil, err
		}
		var made registrytypes.MsgApproveRequestsResponse
		if err := nodeclient.DecodeResponse(answer, &made); err != nil {
			return nil, err
		}
		some, err := linesOf(answer, made.Results, len(part))
		if err != nil {
			return nil, err
		}
		err = s.foundBefore(ctx, some, func(_ int, before registrytypes.AccountRequest) bool {
			return before.Kind == registrytypes.RequestKindOpen && before.Status == registrytypes.RequestStatusApproved
		})
		if err != nil {
			return nil, err
		}
		for _, line := range some {
			line.Line += count(start)
		}
		lines = append(lines, some...)
		more(len(part))
	}
	return &bankpb.ApproveAccountsResponse{Summary: summary(lines), Lines: lines}, nil
}

// waitingApplications returns the references of the bank's applications that wait for a checker.
func (s *Service) waitingApplications(ctx context.Context) ([]string, error) {
	client := registrytypes.NewQueryClient(s.client.GRPC())
	var references []string
	err := allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Requests(ctx, &registrytypes.QueryRequestsRequest{
			Bank: s.bank, Status: registrytypes.RequestStatusRequested, Pagination: page,
		})
		if err != nil {
			return nil, fmt.Errorf("requests of %s: %w", s.bank, err)
		}
		for _, one := range answer.Requests {
			if one.Kind == registrytypes.RequestKindOpen {
				references = append(references, one.Reference)
			}
		}
		return answer.Pagination, nil
	})
	return references, err
}
