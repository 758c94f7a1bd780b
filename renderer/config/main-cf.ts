import { StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import type { ConfigFile } from '../../core/api/contract/config.ts';

interface State {
  /** The next word is the first of a logical line. */
  isStart: boolean;
}

const MACRO = /^\$(\{[^}]*\}|\([^)]*\)|[A-Za-z0-9_]+|\$)/;

/** Up to the next `$`, which begins a macro. */
function text(stream: StringStream): null {
  stream.next();
  stream.eatWhile(/[^$]/);
  return null;
}

function isComment(stream: StringStream): boolean {
  return stream.sol() && stream.match(/^\s*#/, false) !== null;
}

/** postconf(5): `name = value`, continued by lines that begin with white space; comment lines may stand between. */
const mainCf: StreamParser<State> = {
  startState: () => ({ isStart: true }),
  token(stream) {
    if (isComment(stream)) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.sol() && stream.match(/^[A-Za-z0-9_]+(?=\s*=)/) !== null) return 'propertyName';
    return stream.match(MACRO) === null ? text(stream) : 'variableName';
  },
};

/** master(5): the service and its type, then columns; `-o name=value` on continuation lines. */
const masterCf: StreamParser<State> = {
  startState: () => ({ isStart: true }),
  token(stream) {
    if (isComment(stream)) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.sol() && stream.match(/^\S+/) !== null) return 'propertyName';
    if (stream.eatSpace()) return null;
    if (stream.match(/^-o\b/) !== null) return 'keyword';
    if (stream.match(/^[a-z0-9_]+(?==)/) !== null) return 'propertyName';
    if (stream.match(MACRO) !== null) return 'variableName';
    stream.next();
    stream.eatWhile(/[^\s$=]/);
    return null;
  },
};

/** aliases(5) and the other tables: the key, then what it stands for. */
const table: StreamParser<State> = {
  startState: () => ({ isStart: true }),
  token(stream) {
    if (isComment(stream)) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.sol() && stream.match(/^("[^"]*"|\/(?:\\.|[^/\\])*\/\w*|[^\s:]+)/) !== null)
      return 'propertyName';
    stream.skipToEnd();
    return null;
  },
};

export function languageOf(kind: ConfigFile['kind']): Extension {
  if (kind === 'main') return StreamLanguage.define(mainCf);
  return StreamLanguage.define(kind === 'master' ? masterCf : table);
}
