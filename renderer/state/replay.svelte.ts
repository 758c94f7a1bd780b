import { isDefinedError, safe } from '@orpc/client';
import type { Problem } from '../../core/api/contract/common.ts';
import type { Replayed } from '../../core/api/contract/trace.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';

export type Changed = Replayed['changed'][number];
type Files = Readonly<Record<string, string>>;
export type Journeys = Awaited<ReturnType<Api['trace']['compareReplayed']>>;

/** What a draft would change for the last messages and refused attempts: tried while one watches. */
export class Replay {
  state = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  limit = $state(200);
  done = $state(0);
  total = $state(0);
  result = $state.raw<Replayed | undefined>();
  failure = $state('');
  problems = $state.raw<readonly Problem[]>([]);
  /** The one whose journeys are looked at. */
  chosen = $state.raw<Changed | undefined>();
  journeys = $state.raw<Journeys | undefined>();
  readonly #api: Pick<Api, 'trace'>;
  /** The draft that the result is about. */
  #draft = $state.raw<Files>({});
  #abort: AbortController | undefined;

  constructor(api: Pick<Api, 'trace'>) {
    this.#api = api;
  }

  /** Not so once the draft was changed, or where it is another one. */
  isAbout(draft: Files): boolean {
    return JSON.stringify(this.#draft) === JSON.stringify(draft);
  }

  async start(draft: Files): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#draft = draft;
    this.#begin();
    try {
      const input = { draft, limit: this.limit };
      for await (const step of await this.#api.trace.replay(input, { signal: abort.signal })) {
        if (abort.signal.aborted) return;
        if (step.kind === 'progress') [this.done, this.total] = [step.done, step.total];
        else {
          this.result = step.result;
          this.state = 'done';
        }
      }
    } catch (cause) {
      if (!abort.signal.aborted) this.#fail(cause);
    }
  }

  cancel(): void {
    this.#abort?.abort();
    this.state = 'idle';
  }

  /** Both journeys of one. */
  async look(changed: Changed | undefined): Promise<void> {
    this.chosen = changed;
    this.journeys = undefined;
    if (changed === undefined) return;
    const { kind, id } = changed;
    const [error, journeys] = await safe(this.#api.trace.compareReplayed({ draft: this.#draft, kind, id }));
    if (this.chosen !== changed) return;
    if (error === null) this.journeys = journeys;
    else this.#fail(error);
  }

  #begin(): void {
    this.state = 'running';
    [this.done, this.total] = [0, 0];
    this.result = undefined;
    this.failure = '';
    this.problems = [];
    void this.look(undefined);
  }

  #fail(cause: unknown): void {
    this.state = 'failed';
    this.failure = explain(cause);
    if (cause instanceof Error && isDefinedError(cause)) this.problems = problemsOf(cause);
  }
}

/** What a refused draft says is wrong with it. */
function problemsOf(error: Error): readonly Problem[] {
  const { data } = error as { data?: { problems?: readonly Problem[] } };
  return data?.problems ?? [];
}
