/** What stands out in each kind of configuration file. */
import { StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import type { ConfigFile } from '../../core/api/contract/config.ts';

interface State {
  /** What a line that begins with white space continues. */
  inside: 'nothing' | 'value';
}

const MACRO = /^\$(\{[^}]*\}|\([^)]*\)|[A-Za-z0-9_]+|\$)/;
const TABLE_TYPE = /^[a-z][a-z0-9]*:(?=[/$\w{])/;
/** Words that a table answers with and that do something. */
const ACTION =
  /^(?:OK|DUNNO|PERMIT|REJECT|DEFER(?:_IF_PERMIT|_IF_REJECT)?|DISCARD|HOLD|FILTER|IGNORE|PREPEND|REPLACE|STRIP|REDIRECT|BCC|INFO|WARN|[45]\d\d)\b/i;
/** `/pattern/flags`, negated or not; the delimiter may be another character. */
const PATTERN = /^!*\s*([^\sA-Za-z0-9#!])(?:\\.|(?!\1)[^\\])*\1[A-Za-z]*/;
const NETWORK = /^!*\s*[0-9A-Fa-f:.]+(?:\/\d+)?(?=\s)/;

const startState = (): State => ({ inside: 'nothing' });

function comment(stream: StringStream): string | undefined {
  if (!stream.sol() || stream.match(/^\s*#/, false) === null) return undefined;
  stream.skipToEnd();
  return 'comment';
}

/** A value, word by word: macros, table types, and the rest as it is. */
function valueToken(stream: StringStream): string | null {
  if (stream.eatSpace() || stream.eat(',') !== undefined) return null;
  if (stream.match(MACRO) !== null) return 'variableName';
  if (stream.match(TABLE_TYPE) !== null) return 'keyword';
  if (stream.match(/^(?:permit|reject|defer|check|warn)_\w+|^(?:permit|reject|defer)\b/) !== null)
    return 'atom';
  stream.next();
  stream.eatWhile(/[^\s,$]/);
  return null;
}

/** postconf(5): `name = value`, continued by lines that begin with white space; comment lines may stand between. */
const mainCf: StreamParser<State> = {
  startState,
  token: (stream) =>
    comment(stream) ??
    (stream.sol() && stream.match(/^[A-Za-z0-9_-]+(?=\s*=)/) !== null ? 'propertyName' : valueToken(stream)),
};

/** master(5): the service and its type, then columns; `-o name=value` on continuation lines. */
const masterCf: StreamParser<State> = {
  startState,
  token(stream) {
    const text = comment(stream);
    if (text !== undefined) return text;
    if (stream.sol() && stream.match(/^\S+/) !== null) return 'propertyName';
    if (stream.match(/^\s*-o\b/) !== null) return 'keyword';
    if (stream.match(/^[a-z0-9_]+(?==)/) !== null) return 'propertyName';
    return valueToken(stream);
  },
};

/** The right-hand side of a table: actions, commands, files, lists. */
function resultToken(stream: StringStream, state: State): string | null {
  if (stream.eatSpace()) return null;
  const isFirst = state.inside === 'nothing';
  state.inside = 'value';
  if (isFirst && stream.match(ACTION) !== null) return 'keyword';
  if (stream.match(/^:include:/) !== null) return 'keyword';
  if (stream.match(/^\$(?:\d|\{\d+\}|\(\d+\))/) !== null) return 'variableName';
  if (isFirst && stream.match(/^"?[|/]/, false) !== null) {
    stream.skipToEnd();
    return 'string';
  }
  stream.next();
  stream.eatWhile(/[^\s,$]/);
  return null;
}

/** Tables of `key value` lines, where the key is what `key` finds at the start of a line. */
const tableOf = (key: (stream: StringStream) => string | undefined): StreamParser<State> => ({
  startState,
  copyState: ({ inside }) => ({ inside }),
  token(stream, state) {
    const text = comment(stream);
    if (text !== undefined) return text;
    if (stream.sol() && !/\s/.test(stream.peek() ?? ' ')) {
      state.inside = 'nothing';
      const found = key(stream);
      if (found !== undefined) return found;
    }
    return resultToken(stream, state);
  },
});

const table = tableOf((stream) =>
  stream.match(/^(?:"[^"]*"|[^\s"])+/) === null ? undefined : 'propertyName',
);
const aliases = tableOf((stream) =>
  stream.match(/^(?:"[^"]*"|[^\s:"])+\s*:?/) === null ? undefined : 'propertyName',
);

/** regexp_table(5), pcre_table(5), cidr_table(5). */
const patterns = tableOf((stream) => {
  if (stream.match(/^(?:if|endif)\b/i) !== null) return 'keyword';
  if (stream.match(NETWORK) !== null) return 'propertyName';
  if (stream.match(PATTERN) !== null) return 'regexp';
  stream.skipToEnd();
  return 'invalid';
});

const PARSERS: { readonly [Kind in ConfigFile['kind']]: StreamParser<State> } = {
  main: mainCf,
  master: masterCf,
  aliases,
  pattern: patterns,
  table,
  other: table,
};

export const languageOf = (kind: ConfigFile['kind']): Extension => StreamLanguage.define(PARSERS[kind]);
