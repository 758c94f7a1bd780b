/** What makes the problems go away that the plainer checks find; those of tables and restrictions bring their own. */
import type { ConfigFix, ConfigProblem } from '../config.ts';
import { parameterKind } from '../parameters/parameters.ts';
import { appended, commentedOut, logicalAt, physicalLine, replaced, type Texts } from './lines.ts';

/** Each problem with a fix: its own, one by its rule, or the line commented out. */
export function withFixes(problems: readonly ConfigProblem[], texts: Texts): readonly ConfigProblem[] {
  return problems.map((problem) => {
    const { file, line } = problem;
    const text = texts(file);
    if (problem.fix !== undefined || text === undefined || line < 1) return problem;
    const fix = fixOf(problem, text, texts);
    return fix === undefined ? problem : { ...problem, fix };
  });
}

function fixOf(problem: ConfigProblem, text: string, texts: Texts): ConfigFix | undefined {
  const { message } = problem;
  const meant = /\(did you mean ([A-Za-z0-9_]+)\?\)$/.exec(message)?.[1];
  if (meant !== undefined) return rename(problem, text, meant);
  if (/specify at least one working instance of/.test(message)) return stopRelaying(problem, texts);
  if (/^overriding earlier entry/.test(message)) return withoutEarlier(problem, text);
  if (problem.rule === 'outside-address' && problem.file === 'master.cf' && /^service /.test(message))
    return onLoopback(problem, text);
  const port = /^port (\d+) of/.exec(message)?.[1];
  if (port !== undefined) return anyPort(problem, text, port);
  return betterValue(problem, text) ?? commentOut(problem, text);
}

function rename({ file, line, message }: ConfigProblem, text: string, meant: string): ConfigFix {
  const wrong = /(?:unused|undefined) parameter: ([^=\s]+)/.exec(message)?.[1] ?? '';
  const lines = logicalAt(text, line)?.parts.map((part) => part.line) ?? [line];
  const edits = lines.flatMap((at) => {
    const before = physicalLine(text, at);
    const after = before.replace(new RegExp(`\\b${wrong}\\b`, 'g'), meant);
    return after === before ? [] : [replaced(file, at, after)];
  });
  return { title: `Change it to ${meant}`, edits };
}

const SAFE = 'permit_mynetworks, reject_unauth_destination';

/** Where relay restrictions are set they get what stops relaying; else main.cf sets them. */
function stopRelaying(problem: ConfigProblem, texts: Texts): ConfigFix | undefined {
  const main = texts('main.cf') ?? '';
  const set = main.split('\n').findLastIndex((line) => /^smtpd_relay_restrictions\s*=/.test(line));
  const title = 'Refuse to relay for strangers';
  const master = texts('master.cf') ?? '';
  const service = logicalAt(master, problem.line);
  const own = service?.parts.find(({ line }) =>
    /-o\s+smtpd_relay_restrictions=/.test(physicalLine(master, line)),
  );
  if (own !== undefined) {
    const fixed = physicalLine(master, own.line).replace(
      /(-o\s+smtpd_relay_restrictions=)\S*/,
      `$1${SAFE.replace(', ', ',')}`,
    );
    return { title, edits: [replaced('master.cf', own.line, fixed)] };
  }
  const line = `smtpd_relay_restrictions = ${SAFE}`;
  if (set < 0) return { title, edits: [appended(main, 'main.cf', `${line}\n`)] };
  const old = logicalAt(main, set + 1)?.parts ?? [];
  const rest = old.slice(1).map((part) => ({ file: 'main.cf', line: part.line, count: 1, text: '' }));
  return { title, edits: [replaced('main.cf', set + 1, line), ...rest] };
}

function withoutEarlier({ file, parameter = '', line }: ConfigProblem, text: string): ConfigFix {
  const lines = text.split('\n').flatMap((one, index) => {
    const isEarlier =
      index + 1 < line && one.startsWith(parameter) && /^\s*=/.test(one.slice(parameter.length));
    return isEarlier ? (logicalAt(text, index + 1)?.parts.map((part) => part.line) ?? []) : [];
  });
  return { title: 'Comment the earlier entry out', edits: commentedOut(text, file, lines) };
}

function onLoopback({ file, line }: ConfigProblem, text: string): ConfigFix {
  const after = physicalLine(text, line).replace(/^(?:\S*:)?(\w+)(?=\s)/, '127.0.0.1:$1');
  return { title: 'Listen on 127.0.0.1', edits: [replaced(file, line, after)] };
}

function anyPort({ file, line }: ConfigProblem, text: string, port: string): ConfigFix {
  const before = physicalLine(text, line);
  const after = before.replace(
    /^(\S*?:)?\S+/,
    (whole, host: string | undefined) => `${host ?? ''}${whole === '' ? port : '0'}`,
  );
  return { title: 'Listen on any free port', edits: [replaced(file, line, after)] };
}

const YES = /^(?:true|on|1|y|enabled?)$/i;
const NO = /^(?:false|off|0|n|disabled?|none)$/i;

/** A value that the parameter takes: the nearest end of the range, yes or no. */
function betterValue(problem: ConfigProblem, text: string): ConfigFix | undefined {
  const { message, parameter } = problem;
  if (parameter === undefined) return undefined;
  const limit = /(?:[<>] |\((?:min|max) )(\d+)\)?$/.exec(message)?.[1];
  if (limit !== undefined)
    return otherValue(problem, text, parameterKind(parameter) === 'time' ? `${limit}s` : limit);
  const bad = /^bad boolean configuration: \S+ = (.*)$/.exec(message)?.[1];
  if (bad === undefined) return undefined;
  if (YES.test(bad)) return otherValue(problem, text, 'yes');
  return NO.test(bad) ? otherValue(problem, text, 'no') : undefined;
}

function otherValue({ file, line, parameter = '' }: ConfigProblem, text: string, value: string): ConfigFix {
  const before = physicalLine(text, line);
  const after =
    file === 'main.cf'
      ? `${parameter} = ${value}`
      : before.replace(new RegExp(`(${parameter}=)\\S*`), `$1${value}`);
  const rest = file === 'main.cf' ? (logicalAt(text, line)?.parts.slice(1) ?? []) : [];
  const gone = rest.map((part) => ({ file, line: part.line, count: 1, text: '' }));
  return { title: `Set it to ${value}`, edits: [replaced(file, line, after), ...gone] };
}

/** An entry of main.cf whole, an override alone, a service with its overrides. */
function commentOut({ file, line }: ConfigProblem, text: string): ConfigFix {
  const isOverride = file === 'master.cf' && /^\s+-o\s/.test(physicalLine(text, line));
  const lines = isOverride ? [line] : (logicalAt(text, line)?.parts.map((part) => part.line) ?? [line]);
  return {
    title: lines.length > 1 ? 'Comment the lines out' : 'Comment the line out',
    edits: commentedOut(text, file, lines),
  };
}
