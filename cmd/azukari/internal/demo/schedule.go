package demo

import (
	"context"
	"sync"
)

// needs lists what a task shares with others: its customers and its bank's reference. Two tasks that share something
// run in the order of the story; all others may run at once.
func (t Task) needs(banks map[string]string) []string {
	needs := []string{"customer " + t.From}
	if t.To != "" && t.To != t.From {
		needs = append(needs, "customer "+t.To)
	}
	if t.Reference != "" {
		bank := banks[t.From]
		if t.Open != nil {
			bank = t.Open.Bank
		}
		needs = append(needs, "reference "+bank+" "+t.Reference)
	}
	return needs
}

// predecessors returns, for each task, the indexes of those that must end first.
func predecessors(story *Story) [][]int {
	last := map[string]int{}
	result := make([][]int, len(story.Tasks))
	for i, task := range story.Tasks {
		if task.Fault != "" {
			continue
		}
		for _, need := range task.needs(story.Banks) {
			if before, ok := last[need]; ok {
				result[i] = append(result[i], before)
			}
			last[need] = i
		}
	}
	return result
}

// perform runs every task once all that it waits for have ended. It returns when all have, or when the context ends;
// tasks that had not begun by then do not begin.
func perform(ctx context.Context, story *Story, run func(ctx context.Context, index int)) {
	before := predecessors(story)
	done := make([]chan struct{}, len(story.Tasks))
	for i := range done {
		done[i] = make(chan struct{})
	}
	var wait sync.WaitGroup
	for i := range story.Tasks {
		wait.Go(func() {
			defer close(done[i])
			for _, earlier := range before[i] {
				<-done[earlier]
			}
			if ctx.Err() == nil {
				run(ctx, i)
			}
		})
	}
	wait.Wait()
}
