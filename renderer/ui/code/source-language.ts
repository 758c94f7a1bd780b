import { StreamLanguage, type StreamParser } from '@codemirror/language';

interface SourceState {
  readonly isHeader: boolean;
}

/** A message as it came in: header names stand out until the first empty line. */
const parser: StreamParser<{ isHeader: boolean }> = {
  startState: () => ({ isHeader: true }),
  copyState: ({ isHeader }: SourceState) => ({ isHeader }),
  blankLine: (state) => {
    state.isHeader = false;
  },
  token: (stream, state) => {
    if (stream.sol()) {
      if (state.isHeader && stream.match(/^[!-9;-~]+(?=:)/) !== null) return 'propertyName';
      if (!state.isHeader && stream.match(/^--[^\s].*/) !== null) return 'keyword';
      if (!state.isHeader && stream.match(/^>.*/) !== null) return 'comment';
    }
    stream.skipToEnd();
    return null;
  },
};

export const sourceExtensions = StreamLanguage.define(parser);
