/** The commands that smtpd knows, in the order in which `disconnect from` counts them. */
import type { Command } from './command.ts';
import { data } from './data.ts';
import { ehlo, helo } from './hello.ts';
import { mail } from './mail.ts';
import { rcpt } from './rcpt.ts';
import { auth, etrn, noop, quit, rset, starttls, vrfy } from './simple.ts';
import { xclient } from './xclient.ts';
import { xforward } from './xforward.ts';

export const COMMAND_NAMES = [
  'HELO',
  'EHLO',
  'XCLIENT',
  'XFORWARD',
  'STARTTLS',
  'AUTH',
  'MAIL',
  'RCPT',
  'DATA',
  'BDAT',
  'RSET',
  'NOOP',
  'VRFY',
  'ETRN',
  'QUIT',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

/** BDAT has its own way in: its bytes have to be read even when it is refused. */
export const commands: Readonly<Record<Exclude<CommandName, 'BDAT'>, Command>> = {
  HELO: { run: helo, isLimited: true, isLastInGroup: true },
  EHLO: { run: ehlo, isLimited: true, isLastInGroup: true },
  XCLIENT: { run: xclient },
  XFORWARD: { run: xforward },
  STARTTLS: { run: starttls },
  AUTH: { run: auth },
  MAIL: { run: mail },
  RCPT: { run: rcpt },
  DATA: { run: data, isLastInGroup: true },
  RSET: { run: rset, isLimited: true },
  NOOP: { run: noop, isLimited: true, isLastInGroup: true },
  VRFY: { run: vrfy, isLimited: true, isLastInGroup: true },
  ETRN: { run: etrn, isLimited: true },
  QUIT: { run: quit },
};

const names: ReadonlyMap<string, CommandName> = new Map(COMMAND_NAMES.map((name) => [name, name]));

/** Without regard to case. */
export function commandName(word: string): CommandName | undefined {
  return names.get(word) ?? names.get(word.toUpperCase());
}
