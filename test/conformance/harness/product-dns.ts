/** The sandbox's DNS table as a scenario's DNS server: filled through the command line, before the start or later. */
import type { CommandOutput, DnsTarget } from './types.ts';

interface Asked {
  readonly at: number;
  readonly name: string;
  readonly type: string;
}

export interface ProductDns extends DnsTarget {
  /** The configuration is there: what was asked for until now is done, and from now on at once. */
  begin(): Promise<void>;
  /** The sandbox is going away. */
  end(): void;
}

/** @param run `sandpost dns` with these arguments and this input */
export function createProductDns(
  run: (args: readonly string[], stdin?: string) => Promise<CommandOutput>,
): ProductDns {
  let zone: string | undefined;
  let state: 'before' | 'during' | 'after' = 'before';

  let filledAt = 0;

  async function apply(): Promise<void> {
    filledAt = Date.now();
    const args = zone === undefined ? ['clear'] : ['import', '--replace', '-'];
    const { exit, stderr } = await run(args, zone);
    if (exit !== 0) throw new Error(`dns ${args.join(' ')}: ${stderr}`);
  }
  return {
    async fill(lines) {
      zone = lines;
      if (state === 'during') await apply();
    },
    async begin() {
      state = 'during';
      if (zone !== undefined) await apply();
    },
    async questions() {
      const { stdout } = await run(['questions', '--json']);
      const answer = JSON.parse(stdout) as { readonly questions: readonly Asked[] };
      return answer.questions.filter(({ at }) => at >= filledAt);
    },
    end() {
      state = 'after';
    },
  };
}
