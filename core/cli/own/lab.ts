/**
 * `sandpost lab run FILE...`: scenarios that were saved in the Lab, each run dry and held against what it expects.
 * Exit status 0: all came to what was expected; 1: not all did; 65: a file is no scenario; 66: it cannot be read.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  deviationsFrom,
  inputOf,
  scenario,
  type Deviation,
  type Scenario,
} from '../../api/contract/scenario.ts';
import type { SandpostClient } from '../../api/client.ts';
import { answerText } from '../answer-text.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, parseOptions } from '../options.ts';

const EX_DATAERR = 65;
const EX_NOINPUT = 66;

interface Report {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
  readonly deviations: readonly Deviation[];
  /** Why there was no run. */
  readonly error?: string;
}

function read(file: string): Scenario {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new CommandError(cause instanceof Error ? cause.message : String(cause), EX_NOINPUT, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${file} is no JSON: ${(cause as Error).message}`, EX_DATAERR, { cause });
  }
  const parsed = scenario.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new CommandError(`${file} is no scenario:\n${z.prettifyError(parsed.error)}`, EX_DATAERR);
}

async function runOne(client: SandpostClient, file: string, given: Scenario): Promise<Report> {
  const { name } = given;
  try {
    const { fates } = await client.trace.run(inputOf(given));
    const deviations = deviationsFrom(given.expect, fates);
    return { file, name, passed: deviations.length === 0, deviations };
  } catch (cause) {
    // A configuration in the scenario that cannot be used, a listener that is not there: this one fails, others go on.
    const error = cause instanceof Error ? answerText(cause) : String(cause);
    return { file, name, passed: false, deviations: [], error };
  }
}

const tellFate = (
  fate: Partial<Record<'status' | 'mailbox' | 'dsn' | 'address' | 'reason', string | undefined>>,
) =>
  [
    fate.status,
    fate.mailbox === undefined ? undefined : `into ${fate.mailbox}`,
    fate.address === undefined || fate.address === '' ? undefined : `at ${fate.address}`,
    fate.dsn === '' ? undefined : fate.dsn,
    fate.reason,
  ]
    .filter((part) => part !== undefined)
    .join(', ');

function tellDeviation(deviation: Deviation): string {
  switch (deviation.kind) {
    case 'other':
      return `  ${deviation.expected.recipient}\n    expected  ${tellFate(deviation.expected)}\n    got       ${tellFate(deviation.actual)}\n`;
    case 'missing':
      return `  ${deviation.expected.recipient}\n    expected  ${tellFate(deviation.expected)}\n    got       nothing\n`;
    case 'unexpected':
      return `  ${deviation.actual.recipient || deviation.actual.address}\n    expected  nothing\n    got       ${tellFate(deviation.actual)}\n`;
  }
}

function tell({ file, name, passed, deviations, error }: Report): string {
  const title = `${passed ? 'ok  ' : 'FAIL'}  ${file}${name === '' ? '' : `  ${name}`}\n`;
  const why = error === undefined ? '' : `  ${error}\n`;
  return forTerminal(title + why + deviations.map(tellDeviation).join(''));
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } });
  const [verb, ...files] = positionals;
  if (verb !== 'run') throw new CommandError('lab run FILE...', EX_USAGE);
  if (files.length === 0) throw new CommandError('lab run needs at least one file', EX_USAGE);
  const scenarios = files.map((file) => ({ file, given: read(file) }));
  return withConnection(context, async ({ client }) => {
    const reports: Report[] = [];
    for (const { file, given } of scenarios) {
      const report = await runOne(client, file, given);
      reports.push(report);
      if (values.json !== true) context.out(tell(report));
    }
    const failed = reports.filter(({ passed }) => !passed).length;
    if (values.json === true) {
      const summary = { passed: reports.length - failed, failed, scenarios: reports };
      context.out(`${JSON.stringify(summary)}\n`);
    } else if (reports.length > 1) context.out(`${reports.length - failed} passed, ${failed} failed\n`);
    return failed === 0 ? 0 : 1;
  });
}
