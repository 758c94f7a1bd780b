/** access(5): what the result of a table look-up, or the answer of a policy server, does. */
import { splitDsn } from '../../mail/dsn.ts';
import type { Source } from '../../mail/journey.ts';
import type { MessageOrders } from '../../mail/message.ts';
import { splitWords } from '../../tables/words.ts';
import { fitDsn } from './dsn-fix.ts';
import type { Subject } from './facts.ts';
import {
  deferIfPermit,
  deferIfReject,
  logWhatsup,
  note,
  permit,
  reject,
  rejectServerError,
  warn,
  type Run,
  type Status,
} from './run.ts';

/** A result with where it came from. */
export interface AccessResult {
  readonly table: string;
  readonly key: string;
  readonly value: string;
  readonly line?: number;
}

const MAX_RECURSION = 100;

interface Action {
  readonly run: Run;
  readonly subject: Subject;
  readonly result: AccessResult;
  readonly source: Source;
  /** The first word, as written. */
  readonly command: string;
  /** What follows it. */
  readonly text: string;
}

type Perform = (action: Action) => Status | Promise<Status>;

export async function applyAccess(run: Run, subject: Subject, result: AccessResult): Promise<Status> {
  const command = /^[^ \t]*/.exec(result.value)?.[0] ?? '';
  const action: Action = {
    run,
    subject,
    result,
    source: { kind: 'table', ...result },
    command,
    text: result.value.slice(command.length).trimStart(),
  };
  const perform = actions[command.toUpperCase()];
  if (perform !== undefined) return perform(action);
  if (/^\d+$/.test(result.value)) return permitByTable(action);
  if (/^[45]\d\d$/.test(command) && action.text !== '') {
    return rejectByTable(action, Number(command), `${command.charAt(0)}.7.1`, 'Access denied');
  }
  return evaluateResult(action);
}

const permitByTable: Perform = ({ run, subject, source, result, command }) =>
  permit(run, { action: command, ...subject, from: result.table, source });

function refusal({ subject, text }: Action, dsn: string, fallback: string): { dsn: string; text: string } {
  const split = splitDsn(text);
  const reason = split === undefined ? text : split.text;
  return {
    dsn: fitDsn(split?.code ?? dsn, subject.replyClass),
    text: `<${subject.replyName}>: ${subject.replyClass} rejected: ${reason === '' ? fallback : reason}`,
  };
}

function rejectByTable(action: Action, code: number, dsn: string, fallback: string): Status {
  const { run, source } = action;
  return reject(run, { errorClass: 'policy', code, ...refusal(action, dsn, fallback), source });
}

function deferral(action: Action) {
  const code = action.run.context.config.integer('access_map_defer_code');
  return { errorClass: 'policy' as const, code, ...refusal(action, '4.7.1', 'Service unavailable') };
}

/** What cleanup will do cannot be ordered before there is a message, nor for ETRN (can_delegate_action). */
function canOrder({ run, result, command }: Action, isDelegated: boolean): boolean {
  const name = command.toUpperCase();
  if (isDelegated && run.context.config.get('smtpd_proxy_filter') !== '') {
    warn(
      run,
      `access table ${result.table}: with smtpd_proxy_filter specified, action ${name} is unavailable`,
    );
    return false;
  }
  if (isDelegated && run.facts.where === 'ETRN') {
    warn(run, `access table ${result.table}: action ${name} is unavailable in smtpd_etrn_restrictions`);
    return false;
  }
  if (run.facts.sender === undefined) {
    warn(
      run,
      `access table ${result.table}: with smtpd_delay_reject=no, action ${name} ` +
        'is always skipped in Client host or Helo command restrictions',
    );
    return false;
  }
  return true;
}

/** Adds to the orders for this message, and says so in log and journey. */
function order(
  action: Action,
  orders: Partial<MessageOrders>,
  told?: { what: string; text: string },
): Status {
  const { run, source } = action;
  run.orders = { ...run.orders, ...orders };
  if (told !== undefined) logWhatsup(run, told.what, told.text);
  const [name = ''] = Object.keys(orders);
  note(run, name === 'hold' ? 'hold' : 'info', told?.text ?? `${name} ${action.text}`, { source });
  return 'dunno';
}

const needs = (action: Action, what: string): Status => {
  warn(action.run, `access table ${action.result.table} entry "${action.result.key}" ${what}`);
  return 'dunno';
};

const subjectText = ({ subject }: Action, text: string) =>
  `<${subject.replyName}>: ${subject.replyClass} ${text}`;

const actions: Readonly<Record<string, Perform>> = {
  DUNNO: () => 'dunno',
  OK: permitByTable,
  RELAY: permitByTable,
  REJECT: (action) =>
    rejectByTable(
      action,
      action.run.context.config.integer('access_map_reject_code'),
      '5.7.1',
      'Access denied',
    ),
  DEFER: (action) =>
    rejectByTable(
      action,
      action.run.context.config.integer('access_map_defer_code'),
      '4.7.1',
      'Access denied',
    ),
  DEFER_IF_PERMIT: (action) => deferIfPermit(action.run, deferral(action)),
  DEFER_IF_REJECT: (action) => deferIfReject(action.run, deferral(action)),
  INFO: ({ run, text, source }) => {
    logWhatsup(run, 'info', text);
    note(run, 'info', text, { source });
    return 'dunno';
  },
  WARN: ({ run, text, source }) => {
    logWhatsup(run, 'warn', text);
    note(run, 'info', text, { source });
    return 'dunno';
  },
  FILTER: (action) => {
    if (!canOrder(action, true)) return 'dunno';
    if (action.text === '') return needs(action, 'has FILTER entry without value');
    if (!action.text.includes(':')) return needs(action, 'requires transport:destination');
    const text = subjectText(action, `triggers FILTER ${action.text}`);
    return order(action, { filter: action.text }, { what: 'filter', text });
  },
  HOLD: (action) => {
    if (!canOrder(action, true) || action.run.orders.hold !== undefined) return 'dunno';
    const text = subjectText(action, action.text === '' ? 'triggers HOLD action' : action.text);
    return order(action, { hold: text }, { what: 'hold', text });
  },
  DISCARD: (action) => {
    if (!canOrder(action, true)) return 'dunno';
    const text = subjectText(action, action.text === '' ? 'triggers DISCARD action' : action.text);
    order(action, { discard: text }, { what: 'discard', text });
    return permitByTable(action);
  },
  REDIRECT: (action) => {
    if (!canOrder(action, true)) return 'dunno';
    if (!action.text.includes('@')) return needs(action, 'requires user@domain target');
    const text = subjectText(action, `triggers REDIRECT ${action.text}`);
    return order(action, { redirect: action.text }, { what: 'redirect', text });
  },
  BCC: (action) => {
    if (!canOrder(action, true)) return 'dunno';
    if (!action.text.includes('@')) return needs(action, 'requires user@domain target');
    const text = subjectText(action, `triggers BCC ${action.text}`);
    return order(action, { bcc: [...(action.run.orders.bcc ?? []), action.text] }, { what: 'bcc', text });
  },
  PREPEND: (action) => {
    if (!canOrder(action, false)) return 'dunno';
    if (action.run.facts.where === 'END-OF-MESSAGE') {
      const { table } = action.result;
      warn(
        action.run,
        `access table ${table}: action PREPEND must be used before smtpd_end_of_data_restrictions`,
      );
      return 'dunno';
    }
    if (!/^[!-9;-~]+[ \t]*:/.test(action.text)) return needs(action, 'requires header: text');
    return order(action, { prepend: [...(action.run.orders.prepend ?? []), action.text] });
  },
};

/** The result names restrictions, or it is nonsense. */
async function evaluateResult({ run, subject, result, source }: Action): Promise<Status> {
  const { table, value } = result;
  if (value.includes(':')) {
    warn(run, `access table ${table} has entry with lookup table: ${value}`);
    warn(run, 'do not specify lookup tables inside SMTPD access maps');
    warn(run, 'define a restriction class and specify its name instead.');
    return rejectServerError(run, source);
  }
  if (run.recursion > MAX_RECURSION) {
    warn(run, `access table ${table} entry ${value} causes unreasonable recursion`);
    return rejectServerError(run, source);
  }
  const words = splitWords(value);
  if (words.length === 0) {
    warn(run, `access table ${table} entry ${value} has empty value`);
    return permitEmpty(run, subject, source);
  }
  return run.evaluate(run, { ...run.list, words }, subject);
}

/** In the dark ages an empty result meant OK. */
function permitEmpty(run: Run, subject: Subject, source: Source): Status {
  note(run, 'ok', `an empty result permits <${subject.replyName}>`, { source });
  return 'ok';
}
