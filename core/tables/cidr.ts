/** cidr: networks and addresses (cidr_table(5)), with `!`, `if` and `endif`. A bad line is skipped with a warning. */
import type { Found, TableType } from './context.ts';
import { tablePath } from './context.ts';
import type { IpBytes, Network } from './ip.ts';
import { networkContains, parseIp, parseNetwork } from './ip.ts';
import { logicalLines, modificationTime, openFailure, readSource } from './lines.ts';

interface Rule {
  readonly network: Network;
  readonly isNegated: boolean;
  readonly line: number;
  /** Undefined for `if`. */
  readonly value?: string;
  /** For `if`: index of the rule after its endif. */
  skipTo: number;
}

type Parsed = { readonly rule: Rule } | 'endif' | { readonly reason: string };

function parsePattern(text: string, line: number, value?: string): Parsed {
  const bangs = /^[!\s]*/.exec(text)?.[0] ?? '';
  const pattern = text.slice(bangs.length);
  if (pattern === '') return { reason: 'no pattern' };
  const parsed = parseNetwork(pattern);
  if (!parsed.ok) return { reason: parsed.reason };
  const isNegated = bangs.replace(/\s/g, '').length % 2 === 1;
  return {
    rule: {
      network: parsed.network,
      isNegated,
      line,
      skipTo: Infinity,
      ...(value === undefined ? {} : { value }),
    },
  };
}

function parseLine(text: string, line: number, nesting: number): Parsed {
  if (/^if(?![a-z0-9])/i.test(text)) {
    return parsePattern(text.slice(2).trim(), line);
  }
  if (/^endif(?![a-z0-9])/i.test(text)) return nesting > 0 ? 'endif' : { reason: 'ENDIF without IF' };
  const match = /^([!\s]*\S+)\s*([\s\S]*)$/.exec(text.trim());
  const value = match?.[2] ?? '';
  if (value === '') return { reason: 'no lookup result' };
  return parsePattern(match?.[1] ?? '', line, value);
}

function search(rules: readonly Rule[], key: string, address: IpBytes): Found {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as Rule;
    // an address of the other family never matches, not even a negated pattern
    const isComparable = rule.network.bytes.length === address.length;
    const matches = isComparable && networkContains(rule.network, address) !== rule.isNegated;
    if (rule.value === undefined) {
      if (!matches) i = rule.skipTo - 1;
    } else if (matches) {
      return { value: rule.value, key, line: rule.line };
    }
  }
  return undefined;
}

type Complain = (line: number, warning: string) => void;

function readRules(text: string, complain: Complain, ofFile: (warning: string) => void): readonly Rule[] {
  const rules: Rule[] = [];
  const open: Rule[] = [];
  for (const logical of logicalLines(text, ofFile)) {
    const parsed = parseLine(logical.text, logical.line, open.length);
    if (parsed === 'endif') {
      const rule = open.pop();
      if (rule !== undefined) rule.skipTo = rules.length;
    } else if ('reason' in parsed) {
      complain(logical.line, `${parsed.reason}: skipping this rule`);
    } else {
      rules.push(parsed.rule);
      if (parsed.rule.value === undefined) open.push(parsed.rule);
    }
  }
  for (const rule of open.reverse()) complain(rule.line, 'IF has no matching ENDIF');
  return rules;
}

/** What is wrong with the lines of a file, by line; 0: with the file. */
export function cidrProblems(text: string): readonly { readonly line: number; readonly message: string }[] {
  const found: { line: number; message: string }[] = [];
  const complain: Complain = (line, message) => void found.push({ line, message });
  readRules(text, complain, (message) => {
    complain(0, message);
  });
  return found;
}

export const cidr: TableType = (name, { config, log, drafts }) => {
  const path = tablePath(name, config);
  const source = readSource(path, drafts);
  if (!source.ok) return { failure: openFailure('cidr', path, source.reason) };
  const rules = readRules(
    source.text,
    (line, text) => {
      log.warning(`cidr map ${path}, line ${line}: ${text}`);
    },
    (warning) => {
      log.warning(`${path}: ${warning}`);
    },
  );
  return {
    wantsPartialKeys: false,
    find(key) {
      const address = parseIp(key);
      return address === undefined ? undefined : search(rules, key, address);
    },
    isStale: () => modificationTime(path) !== source.modifiedAt,
  };
};
