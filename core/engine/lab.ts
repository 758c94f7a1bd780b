/** Dry runs over the configuration in use, or over a draft of it. */
import type { LabArea } from '../api/areas/lab.ts';
import type { TraceInput } from '../api/contract/trace.ts';
import { firstDifference } from '../journey/difference.ts';
import {
  createDryWorlds,
  type DraftFiles,
  type DryWorldRunner,
  type DryWorldsDependencies,
} from './dry-worlds.ts';
import { replay, replayable, runOn } from './replay.ts';

export function createLab(dependencies: DryWorldsDependencies): LabArea {
  const { store, clock } = dependencies;
  const worlds = createDryWorlds(dependencies);

  /** The message that a run is about; undefined: one is made up. */
  function rawOf({ rawBase64, messageId }: TraceInput): Uint8Array | undefined | 'gone' {
    if (messageId !== undefined) return store.mail.content(messageId)?.raw ?? 'gone';
    return rawBase64 === undefined ? undefined : Buffer.from(rawBase64, 'base64');
  }

  async function run(draft: DraftFiles, input: TraceInput, raw: Uint8Array | undefined, at: number) {
    const world = worlds.open(draft);
    try {
      return await world.run(input, raw, at);
    } finally {
      world.close();
    }
  }

  return {
    async trace(input) {
      const raw = rawOf(input);
      if (raw === 'gone') return { kind: 'no-message' };
      return worlds.attempt(input.draft, async () => ({
        kind: 'traced',
        result: await run(input.draft, input, raw, clock.now()),
      }));
    },
    async compare(input) {
      const raw = rawOf(input);
      if (raw === 'gone') return { kind: 'no-message' };
      return worlds.attempt(input.draft, async () => {
        const at = clock.now();
        const inUse = await run({}, input, raw, at);
        const draft = await run(input.draft, input, raw, at);
        const difference = firstDifference(inUse.journey, draft.journey);
        return { kind: 'compared', inUse, draft, difference };
      });
    },
    async *replay({ draft, limit }) {
      const both: { inUse?: DryWorldRunner; draft?: DryWorldRunner } = {};
      try {
        const opened = await worlds.attempt(draft, () => {
          both.inUse = worlds.open({});
          both.draft = worlds.open(draft);
          return Promise.resolve({ kind: 'opened', inUse: both.inUse, draft: both.draft } as const);
        });
        if (opened.kind === 'opened') yield* replay({ store, clock, ...opened }, limit);
        else yield opened;
      } finally {
        both.inUse?.close();
        both.draft?.close();
      }
    },
    compareReplayed({ draft, kind, id }) {
      return worlds.attempt(draft, async () => {
        const again = replayable(store, { kind, id });
        if (again === undefined) return { kind: 'no-message' };
        const at = clock.now();
        const both = { inUse: worlds.open({}), draft: worlds.open(draft) };
        try {
          const inUse = await runOn(both.inUse, again, at);
          const drafted = await runOn(both.draft, again, at);
          const difference = firstDifference(inUse.journey, drafted.journey);
          return { kind: 'compared', inUse, draft: drafted, difference };
        } finally {
          both.inUse.close();
          both.draft.close();
        }
      });
    },
  };
}
