/** Journeys and fates as text for a terminal. */
import type { TraceResult } from '../api/contract/trace.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import { forTerminal, table } from './options.ts';

/** `main.cf:7 mydestination = localhost`, `hash:/x/aliases: root -> you`. */
function tellSource(source: JourneyEntry['source']): string {
  switch (source?.kind) {
    case undefined:
      return '';
    case 'parameter':
      return `${place(source)}${source.name} = ${source.value}`;
    case 'table':
      return `${source.table}${source.line === undefined ? '' : `:${source.line}`} ${source.key} -> ${source.value}`;
    case 'restriction':
      return `${place(source)}${source.list}: ${source.name}`;
    case 'standard':
      return source.name;
  }
}

function place({ file, line }: { readonly file?: string; readonly line?: number }): string {
  return file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`} `;
}

/**
 * One decision a line: program, verdict, what, for whom; behind it, in brackets, the setting and more.
 * @param marked the step, from 0, that is marked with `>`; undefined: none, and no column for it
 */
export function tellJourney(journey: readonly JourneyEntry[], marked?: number): string {
  const rows = journey.map((entry, step) => {
    const { program, verdict, what, recipient } = entry;
    const about = recipient === undefined ? what : `${what}  <${recipient}>`;
    const why = [tellSource(entry.source), entry.detail ?? ''].filter((text) => text !== '').join('; ');
    const mark = marked === undefined ? [] : [step === marked ? '>' : ''];
    return [...mark, program, verdict, why === '' ? about : `${about}  [${why}]`];
  });
  return forTerminal(table(rows));
}

function tellFates(fates: TraceResult['fates']): string {
  const rows = fates.map(({ recipient, address, status, mailbox, reason }) => [
    recipient || address,
    status,
    mailbox === undefined ? reason : `into ${mailbox}  ${reason}`,
  ]);
  return forTerminal(table(rows));
}

/** A dry run: the session, the decisions, what becomes of each recipient, and of what the message gives rise to. */
export function tellRun({ replies, journey, fates, created }: TraceResult, marked?: number): string {
  // A reply of several lines stands below its command.
  const said = replies.flatMap(({ command, reply }) =>
    reply.split('\n').map((line, index) => [index === 0 ? command : '', line]),
  );
  // The contract's optional fields may be undefined; the words' may only be absent.
  const entries = (steps: TraceResult['journey']) => steps as readonly JourneyEntry[];
  const parts = [forTerminal(table(said)), tellJourney(entries(journey), marked), tellFates(fates)];
  for (const { kind, sender, recipients, subject, ...one } of created) {
    const title = `${kind} from <${sender}> to ${recipients.map((r) => `<${r}>`).join(', ')}`;
    parts.push(
      `${forTerminal(subject === '' ? title : `${title}: ${subject}`)}\n${tellJourney(entries(one.journey))}\n${tellFates(one.fates)}`,
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}
