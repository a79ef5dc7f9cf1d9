package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/csvfile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
)

func accountsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "Open accounts from a file, and look at them",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(accountsOpen(a), accountsApprove(a), accountsList(a), accountsShow(a), accountsHistory(a))
	return cmd
}

// applicationColumns are those of a file of applications.
var applicationColumns = csvfile.Columns{
	Required: []string{"reference", "address", "kind", "identity_hash"},
	Optional: []string{"per_payment", "per_day", "balance"},
}

func accountsOpen(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "open ACCOUNTS.csv",
		Short: "Apply for accounts (maker)",
		Long: "Apply for accounts. Columns: reference (the bank's own id of the application, used once), address (azu1…), kind\n" +
			"(individual, business, bank_own), identity_hash (HMAC-SHA-256 of the holder's identity record under a salt of the bank,\n" +
			"64 hex digits); for limits of its own also per_payment, per_day and balance (whole yen), else the bank's tier of the kind\n" +
			"applies. Up to 100,000 lines; each succeeds or fails by itself, and the same file again does nothing twice. A checker then\n" +
			"runs 'azukari bank accounts approve', and the holder activates the account with its key. Exit code 3 when lines were refused.",
		Example: "  azukari bank accounts open accounts.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			request := &bankpb.OpenAccountsRequest{}
			if request.Applications, err = readApplications(args[0], out.errOut); err != nil {
				return err
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				ctx, end := out.progress(ctx, "open")
				response, err := s.service.OpenAccounts(ctx, request)
				end()
				if err != nil {
					return coded(err)
				}
				return out.lines(response, response.Summary, response.Lines, func(w io.Writer) {
					fmt.Fprintln(w, "next: a checker runs azukari bank accounts approve")
				})
			})
		},
	}
}

// readApplications reads applications. Faults are listed on errOut.
func readApplications(path string, errOut io.Writer) ([]*bankpb.AccountApplication, error) {
	rows, err := csvfile.Read(path, applicationColumns)
	if err != nil {
		return nil, usage(err)
	}
	applications := make([]*bankpb.AccountApplication, len(rows.Rows))
	for i, row := range rows.Rows {
		applications[i] = &bankpb.AccountApplication{
			Reference: row.Text("reference"), Address: row.Text("address"), Kind: row.Text("kind"), IdentityHash: row.Text("identity_hash"),
		}
		own := &bankpb.AccountLimits{PerPayment: row.Text("per_payment"), PerDay: row.Text("per_day"), Balance: row.Text("balance")}
		if own.PerPayment+own.PerDay+own.Balance != "" {
			applications[i].Limits = own
		}
		_, faults := ops.Application(applications[i])
		noteFaults(row, faults)
	}
	rows.Unique("reference")
	rows.Unique("address")
	return applications, listFaults(rows.Err(), errOut)
}

func accountsApprove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "approve [REFERENCE...]",
		Short: "Approve applications: those named, or all that wait (checker)",
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				ctx, end := out.progress(ctx, "approve")
				response, err := s.service.ApproveAccounts(ctx, &bankpb.ApproveAccountsRequest{References: args})
				end()
				if err != nil {
					return coded(err)
				}
				return out.lines(response, response.Summary, response.Lines, func(w io.Writer) {
					fmt.Fprintln(w, "next: each holder runs fzd tx registry activate")
				})
			})
		},
	}
}

func accountsList(a *app) *cobra.Command {
	request := bankpb.ListAccountsRequest{PageSize: 10_000}
	cmd := &cobra.Command{
		Use: "list", Short: "List the bank's accounts",
		Args: cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, s *session, out printer) error {
			all := &bankpb.ListAccountsResponse{}
			for {
				response, err := s.service.ListAccounts(ctx, &request)
				if err != nil {
					return coded(err)
				}
				all.Accounts = append(all.Accounts, response.Accounts...)
				if request.PageToken = response.NextPageToken; request.PageToken == "" {
					break
				}
			}
			return out.answer(all, func(w io.Writer) {
				if len(all.Accounts) == 0 {
					fmt.Fprintln(w, "none")
					return
				}
				rows := newTable("ADDRESS", "KIND", "STATUS", ">PER PAYMENT", ">PER DAY", ">BALANCE", ">REVISION")
				for _, one := range all.Accounts {
					rows.add(one.Address, one.Kind, one.Status, yen(one.Limits.PerPayment), yen(one.Limits.PerDay), yen(one.Limits.Balance),
						strconv.FormatUint(one.Revision, 10))
				}
				rows.write(w)
			})
		}),
	}
	cmd.Flags().StringVar(&request.Status, "status", "", "only applied, open, active, frozen or closed")
	return cmd
}

func accountsShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "show ACCOUNT", Short: "Show an account with its balance, its holds and what it may spend",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.run(func(ctx context.Context, s *session, out printer) error {
				response, err := s.service.ShowAccount(ctx, &bankpb.ShowAccountRequest{Address: args[0]})
				if err != nil {
					return coded(err)
				}
				return out.answer(response, func(w io.Writer) { printAccount(w, response) })
			})(cmd, args)
		},
	}
}

func printAccount(out io.Writer, one *bankpb.ShowAccountResponse) {
	account := one.Account
	reason := ""
	if one.StatusReason != "" {
		reason = " (" + one.StatusReason + ")"
	}
	fmt.Fprintf(out, "%s, %s at %s, %s%s\n\n", account.Address, account.Kind, account.Bank, account.Status, reason)
	rows := newTable("YEN", ">AMOUNT")
	rows.add("balance", yen(one.Balance))
	rows.add("held", yen(one.Held))
	rows.add("frozen by orders", yen(one.FrozenAmount))
	rows.add("spendable", yen(one.Spendable))
	rows.add("spent today", yen(one.SpentToday))
	rows.add("limit per payment", yen(account.Limits.PerPayment))
	rows.add("limit per day", yen(account.Limits.PerDay))
	rows.add("limit of balance", yen(account.Limits.Balance))
	rows.write(out)
	if len(one.Holds) == 0 {
		return
	}
	fmt.Fprintln(out)
	holds := newTable(">HOLD", ">AMOUNT", "PURPOSE", "EXPIRES")
	for _, hold := range one.Holds {
		holds.add(strconv.FormatUint(hold.Id, 10), yen(hold.Amount), hold.Purpose, moment(hold.ExpiresAt))
	}
	holds.write(out)
}

func accountsHistory(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "history ACCOUNT", Short: "List the changes of an account, the oldest first",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.run(func(ctx context.Context, s *session, out printer) error {
				response, err := s.service.AccountHistory(ctx, &bankpb.AccountHistoryRequest{Address: args[0]})
				if err != nil {
					return coded(err)
				}
				return out.answer(response, func(w io.Writer) {
					rows := newTable(">REVISION", "TIME", ">BLOCK", "CHANGE", "STATUS", "BY", "REFERENCE", "REASON")
					for _, one := range response.Changes {
						rows.add(strconv.FormatUint(one.Revision, 10), moment(one.Time), strconv.FormatInt(one.Height, 10), one.Kind, one.Status,
							short(one.Operator), one.Reference, one.Reason)
					}
					rows.write(w)
				})
			})(cmd, args)
		},
	}
}
