/**
 * A lab run as a file to keep, to share and to run in CI: the envelope and the message, the files of the
 * configuration that it is about, and what is to become of each recipient. JSON, for people to read and change.
 */
import * as z from 'zod';
import { fileName } from './common.ts';
import { traceFate, traceInput, type TraceFate, type TraceInput } from './trace.ts';

const expectation = traceFate
  .pick({ recipient: true, status: true })
  .extend({ address: z.string(), dsn: z.string(), mailbox: z.string(), reason: z.string() })
  .partial({ address: true, dsn: true, mailbox: true, reason: true });
export type Expectation = z.infer<typeof expectation>;

export const scenario = z.strictObject({
  sandpost: z.literal('scenario'),
  version: z.literal(1),
  name: z.string().default(''),
  envelope: traceInput.omit({ rawBase64: true, messageId: true, draft: true }),
  /** As text; one that is no UTF-8 is in `messageBase64`. Neither: a short one is made up. */
  message: z.string().optional(),
  messageBase64: z.base64().optional(),
  /** Configuration files in place of the sandbox's own. */
  files: z.record(fileName, z.string()).default({}),
  /** One for each recipient that the run tells of; what an expectation does not name may be anything. */
  expect: z.array(expectation),
});
export type Scenario = z.infer<typeof scenario>;

const toBase64 = (text: string) => {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
};

/** The dry run that the scenario asks for. */
export function inputOf({ envelope, message, messageBase64, files }: Scenario): TraceInput {
  const raw = messageBase64 ?? (message === undefined ? undefined : toBase64(message));
  return { ...envelope, draft: files, ...(raw === undefined ? {} : { rawBase64: raw }) };
}

/** Expects what a run came to. */
export const expectationsOf = (fates: readonly TraceFate[]): Expectation[] =>
  fates.map(({ recipient, address, status, dsn, mailbox, reason }) => ({
    recipient,
    ...(address === '' || address === recipient ? {} : { address }),
    status,
    ...(dsn === '' ? {} : { dsn }),
    ...(mailbox === undefined ? {} : { mailbox }),
    reason,
  }));

export type Deviation =
  | { readonly kind: 'other'; readonly expected: Expectation; readonly actual: TraceFate }
  | { readonly kind: 'missing'; readonly expected: Expectation }
  | { readonly kind: 'unexpected'; readonly actual: TraceFate };

function meets(expected: Expectation, actual: TraceFate): boolean {
  const named = Object.entries(expected) as [keyof Expectation, string | undefined][];
  return named.every(([key, value]) => value === undefined || actual[key] === value);
}

/** Where a run did not come to what was expected. The order of recipients does not matter. */
export function deviationsFrom(
  expected: readonly Expectation[],
  fates: readonly TraceFate[],
): readonly Deviation[] {
  const left = [...fates];
  const unmet = expected.filter((one) => {
    const at = left.findIndex((actual) => meets(one, actual));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const deviations: Deviation[] = unmet.map((one) => {
    const at = left.findIndex(({ recipient }) => recipient === one.recipient);
    const [actual] = at < 0 ? [] : left.splice(at, 1);
    return actual === undefined
      ? { kind: 'missing', expected: one }
      : { kind: 'other', expected: one, actual };
  });
  return [...deviations, ...left.map((actual): Deviation => ({ kind: 'unexpected', actual }))];
}
