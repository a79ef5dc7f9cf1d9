package financial_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	simulatedBanks    = 4
	simulatedAccounts = 50 // at each bank
	// simulatedSteps of 100 sequences are 15,000 operations per run.
	simulatedSteps = 150
)

// simulation is a Financial Zone on which anybody does anything, in the real application without signatures.
type simulation struct {
	app  *financial.App
	keys *devnet.Keys
	ctx  sdk.Context
	// accounts are holders' addresses by bank, with one that no bank knows at the end of each list.
	accounts map[string][]string
	banks    []string
	// firm is a business with approvals.
	firm string
	// accepted counts messages that were carried out, by type URL, in all sequences.
	accepted map[string]int
	// references are those that were sent, of any kind.
	references []string
	next       int
	// sent are the subjects that were sent to be decided by others, by what they are.
	sent map[string][]subject
}

// subject is something of a bank that others decide.
type subject struct{ bank, reference string }

// operation draws a message, and whether it was drawn so that it should fail: nothing follows from that but variety.
type operation func(s *simulation, r *rapid.T) sdk.Msg

// operations are the messages of one module, by a name that shows in a failing sequence.
type operations map[string]operation

// Four banks, two hundred customers, every message of the zone in any order and at any time: the laws of money hold after
// each of them, nobody makes the zone panic, and each refusal has a registered error.
func TestLawsHoldWhateverHappens(t *testing.T) {
	s := newSimulation(t)
	all, accounts, products := operations{}, operations{}, operations{}
	for _, some := range []operations{
		registryOperations(), depositOperations(), batchOperations(), oversightOperations(), clearingOperations(),
		paymentOperations(), productOperations(), recallOperations(), linkOperations(), zoneOperations(), memberOperations(),
	} {
		maps.Copy(all, some)
	}
	maps.Copy(accounts, registryOperations())
	maps.Copy(accounts, paymentOperations())
	maps.Copy(products, productOperations())
	maps.Copy(products, paymentOperations())
	products["freeze account"] = registryOperations()["freeze account"]
	// What is done with accounts and with payment products takes many steps one after the other, so that half of the sequences do little
	// else.
	everything := weighted(all, moneyTimes)
	mixes := [][]string{everything, weighted(accounts, accountTimes), everything, weighted(products, productTimes)}
	start, steps := s.ctx, 0
	unreached := func() (urls []string) {
		for _, url := range often {
			if s.accepted[url] == 0 {
				urls = append(urls, url)
			}
		}
		return urls
	}
	// Some messages are carried out a few times in a round: a second one tells bad luck from a simulation gone blind.
	for range 3 {
		rapid.Check(t, func(r *rapid.T) {
			s.ctx, _ = start.CacheContext()
			s.references, s.sent = nil, map[string][]subject{}
			names := rapid.SampledFrom(mixes).Draw(r, "mix")
			for range simulatedSteps {
				steps++
				if rapid.IntRange(0, 9).Draw(r, "block") == 0 {
					s.block(r)
				} else {
					s.do(r, all[rapid.SampledFrom(names).Draw(r, "operation")](s, r))
				}
				s.requireLaws(r)
			}
		})
		if len(unreached()) == 0 {
			break
		}
	}
	t.Logf("%d operations; carried out: %v", steps, s.accepted)
	require.Empty(t, unreached(), "messages that never succeeded: the simulation does not reach them")
}

// How many times as often as others an operation is tried: so that money moves often and what needs others before it is
// tried often enough.
var (
	moneyTimes = map[string]int{
		"pay": 12, "queue payment": 4, "request issue": 3, "approve order": 3, "approve reserve": 3, "confirm attestation": 2,
		"apply account": 2, "approve request": 5, "activate account": 3, "approve forced transfer": 3, "request unpause": 2,
		"request recall": 4, "consent to recall": 5, "return recall": 5, "confirm obligation": 3, "settle obligation": 3,
		"repay claim": 3, "cancel queued payment": 3, "request reserve": 3, "resume zone": 3, "set zone terms": 2,
	}
	productTimes = map[string]int{
		"pay with reference": 2, "request payment": 2, "pay request": 4, "pull payment": 4, "set consent": 2, "decide waiting payment": 5,
		"refund payment": 3,
	}
	accountTimes = map[string]int{
		"pay": 12, "approve request": 10, "request unlist": 2, "release payment": 6, "return payment": 7, "refuse move": 3, "propose payment": 3,
		"approve payment": 5, "request order keys": 2, "object order keys": 2, "request move": 4, "consent move": 4,
		"acknowledge move": 4, "complete move": 5,
	}
)

// weighted lists the operations, each as many times as it shall be tried.
func weighted(all operations, times map[string]int) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for range max(1, times[name]) {
			names = append(names, name)
		}
	}
	return names
}

func newSimulation(t *testing.T) *simulation {
	t.Helper()
	manifest := zones.Manifest(simulatedBanks, linkedZone)
	manifest.Accounts = devnet.AccountsManifest{PerBank: simulatedAccounts, BalanceYen: 100_000}
	manifest.Clearing.ReserveYen = 20_000
	n := zones.NewLinked(t, manifest)
	bound := sdkInt(1_000_000)
	for _, bank := range manifest.BankIDs() {
		n.LinkAccount(bank, n.Keys.Account(bank, linkedAccount), linkedZone, registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound})
	}
	s := &simulation{
		app: n.Financial.Financial, keys: n.Keys, ctx: n.Financial.Ctx(), banks: manifest.BankIDs(),
		accounts: map[string][]string{}, accepted: map[string]int{},
	}
	for _, bank := range s.banks {
		for i := range simulatedAccounts {
			s.accounts[bank] = append(s.accounts[bank], n.Keys.Account(bank, i).String())
		}
		s.accounts[bank] = append(s.accounts[bank], n.Keys.Holder("unknown at "+bank).String())
	}
	_, err := s.app.MsgServiceRouter().Handler(&clearingtypes.MsgUpdateParams{})(s.ctx, &clearingtypes.MsgUpdateParams{
		Authority: s.app.Authority(), Params: simulatedClearing(),
	})
	require.NoError(t, err)
	s.prepareMovers(t)
	s.prepareRegistry(t)
	s.prepareFirm(t)
	return s
}

// authority is the members' own, and sometimes somebody who claims to be.
func (s *simulation) authority(r *rapid.T) string {
	if rapid.IntRange(0, 19).Draw(r, "impostor") == 0 {
		return s.operator(r, s.bank(r), membershiptypes.RoleRepresentative)
	}
	return s.app.Authority()
}

// often are the messages that have to be carried out in every run: if one of them is not, the simulation has gone blind. The
// rarer ones, such as those about obligations of banks that could not settle, have properties of their own in their
// modules.
var often = []string{
	"/azukari.clearing.v1.MsgQueuePayment", "/azukari.clearing.v1.MsgRequestReserve", "/azukari.clearing.v1.MsgSetNetDebitCap",
	"/azukari.deposit.v1.MsgApprove", "/azukari.deposit.v1.MsgApproveBatch", "/azukari.deposit.v1.MsgRequestIssue",
	"/azukari.deposit.v1.MsgRequestRedeem", "/azukari.deposit.v1.MsgSubmitBatch",
	"/azukari.membership.v1.MsgSubmitProposal", "/azukari.membership.v1.MsgCastVote", "/azukari.membership.v1.MsgSetOperator",
	"/azukari.membership.v1.MsgRegisterNode", "/azukari.zonelink.financial.v1.MsgCharge", "/azukari.zonelink.financial.v1.MsgRequestLink",
	"/azukari.zonelink.financial.v1.MsgSetZoneTerms", "/azukari.zonelink.financial.v1.MsgSuspendZone", "/azukari.zonelink.financial.v1.MsgResumeZone",
	"/azukari.payment.v1.MsgPay", "/azukari.payment.v1.MsgExecuteOrders", "/azukari.payment.v1.MsgUpdateParams", "/azukari.payment.v1.MsgPayBatch", "/azukari.payment.v1.MsgPaySplit", "/azukari.payment.v1.MsgRequestPayment",
	"/azukari.payment.v1.MsgPayRequest", "/azukari.payment.v1.MsgRejectRequest", "/azukari.payment.v1.MsgCancelRequest",
	"/azukari.payment.v1.MsgGrantMandate", "/azukari.payment.v1.MsgPullPayment", "/azukari.payment.v1.MsgRevokeMandate",
	"/azukari.payment.v1.MsgCancelMandate", "/azukari.payment.v1.MsgSchedulePayment", "/azukari.payment.v1.MsgCancelSchedule",
	"/azukari.payment.v1.MsgSetConsent", "/azukari.payment.v1.MsgAcceptPayment", "/azukari.payment.v1.MsgRefundPayment",
	"/azukari.payment.v1.MsgConsentRecall", "/azukari.payment.v1.MsgRequestRecall", "/azukari.registry.v1.MsgFreezeAccount",
	"/azukari.registry.v1.MsgActivateAccount", "/azukari.registry.v1.MsgApplyAccount", "/azukari.registry.v1.MsgApproveRequest",
	"/azukari.registry.v1.MsgRejectRequest", "/azukari.registry.v1.MsgRequestPolicy", "/azukari.registry.v1.MsgFreezeAmount",
	"/azukari.registry.v1.MsgSetLimits", "/azukari.registry.v1.MsgListCounterparty", "/azukari.registry.v1.MsgRequestUnlist",
	"/azukari.registry.v1.MsgRequestMove", "/azukari.registry.v1.MsgConsentMove", "/azukari.registry.v1.MsgAcknowledgeMove",
	"/azukari.registry.v1.MsgRefuseMove", "/azukari.registry.v1.MsgDeclineMove", "/azukari.registry.v1.MsgCompleteMove",
	"/azukari.registry.v1.MsgReplaceOrderKeys", "/azukari.registry.v1.MsgRequestOrderKeys", "/azukari.registry.v1.MsgObjectOrderKeys",
	"/azukari.registry.v1.MsgRequestApprovals", "/azukari.registry.v1.MsgProposePayment", "/azukari.registry.v1.MsgApprovePayment",
	"/azukari.registry.v1.MsgWithdrawPayment", "/azukari.registry.v1.MsgReleasePayment", "/azukari.registry.v1.MsgReturnPayment", "/cosmos.bank.v1beta1.MsgSend",
}

// do sends one message as a transaction does: it changes everything that it says, or nothing.
func (s *simulation) do(r *rapid.T, msg sdk.Msg) {
	url := sdk.MsgTypeURL(msg)
	handler := s.app.MsgServiceRouter().Handler(msg)
	if handler == nil {
		r.Fatalf("no handler of %s", url)
	}
	cached, write := s.ctx.CacheContext()
	_, err := handler(cached, msg)
	if err == nil {
		write()
		s.accepted[url]++
		return
	}
	if codespace, code, _ := errorsmod.ABCIInfo(err, false); codespace == errorsmod.UndefinedCodespace {
		r.Fatalf("%s: expected a registered error, got code %d: %v", url, code, err)
	}
}

// block ends a block and begins the next one, a second or many days later.
func (s *simulation) block(r *rapid.T) {
	_, err := s.app.ModuleManager.EndBlock(s.ctx)
	require.NoError(r, err)
	later := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour, 100 * time.Hour}).Draw(r, "later")
	header := s.ctx.BlockHeader()
	header.Height++
	header.Time = header.Time.Add(later)
	s.ctx = s.ctx.WithBlockHeader(header).WithEventManager(sdk.NewEventManager())
	_, err = s.app.ModuleManager.BeginBlock(s.ctx)
	require.NoError(r, err)
}

func (s *simulation) requireLaws(r *rapid.T) {
	laws, err := s.app.Audit.Check(s.ctx)
	require.NoError(r, err)
	require.NoError(r, laws.Err())
}

func (s *simulation) bank(r *rapid.T) string { return rapid.SampledFrom(s.banks).Draw(r, "bank") }

// account is one of a bank's accounts, mostly of the first few so that things happen to the same ones.
func (s *simulation) account(r *rapid.T, bank string) string {
	accounts := s.accounts[bank]
	return accounts[rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(0, len(accounts)-1)).Draw(r, "account")]
}

// party is an account with its bank.
func (s *simulation) party(r *rapid.T) (bank, account string) {
	bank = s.bank(r)
	return bank, s.account(r, bank)
}

// operator acts for a bank in a role, and sometimes for another.
func (s *simulation) operator(r *rapid.T, bank string, role membershiptypes.Role) string {
	if rapid.IntRange(0, 29).Draw(r, "other bank") == 0 {
		bank = s.bank(r)
	}
	return s.keys.Operator(bank, role).String()
}

// reference is mostly new, and sometimes one that was sent before.
func (s *simulation) reference(r *rapid.T) string {
	if len(s.references) > 0 && rapid.IntRange(0, 9).Draw(r, "reuse") == 0 {
		return s.known(r)
	}
	s.next++
	s.references = append(s.references, fmt.Sprintf("r%d", s.next))
	return s.references[len(s.references)-1]
}

// known is a reference that was sent before, mostly lately, if any was.
func (s *simulation) known(r *rapid.T) string {
	if len(s.references) == 0 {
		return "none"
	}
	last := len(s.references) - 1
	return s.references[last-rapid.OneOf(rapid.IntRange(0, min(last, 3)), rapid.IntRange(0, last)).Draw(r, "back")]
}

// send notes a subject that others may decide from now on, whether the zone takes it or not.
func (s *simulation) send(what, bank, reference string) {
	s.sent[what] = append(s.sent[what], subject{bank, reference})
}

// subject is one that was sent before, mostly lately; sometimes any reference of any bank.
func (s *simulation) subject(r *rapid.T, what string) subject {
	sent := s.sent[what]
	if len(sent) == 0 || rapid.IntRange(0, 9).Draw(r, "anything") == 0 {
		return subject{s.bank(r), s.known(r)}
	}
	last := len(sent) - 1
	return sent[last-rapid.OneOf(rapid.IntRange(0, min(last, 3)), rapid.IntRange(0, last)).Draw(r, "back")]
}

// yen is mostly what somebody may have, and sometimes what nobody has or nobody may ask.
func yen(r *rapid.T) sdk.Coin {
	return sdk.Coin{Denom: "jpy", Amount: sdkInt(rapid.OneOf(
		rapid.Int64Range(1, 20_000), rapid.Int64Range(1, 200_000), rapid.SampledFrom([]int64{0, -1, 1_000_000_000_000_001}),
	).Draw(r, "yen"))}
}
