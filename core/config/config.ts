/**
 * The configuration as the rest of the engine sees it: an immutable value made at start and at reload. Postfix's
 * main.cf and master.cf (postconf(5), master(5)) are read by the other files of this folder.
 */

/** Where a value was set. */
export interface Origin {
  /** Base name: `main.cf`, `master.cf`. */
  readonly file: string;
  readonly line: number;
}

/** One service of master.cf (master(5)). */
export interface MasterService {
  /** First column: `smtp`, `127.0.0.1:1025`, `local`. */
  readonly name: string;
  readonly type: 'inet' | 'unix' | 'unix-dgram' | 'fifo' | 'pass';
  readonly private: string;
  readonly unprivileged: string;
  readonly chroot: string;
  readonly wakeup: string;
  readonly processLimit: string;
  /** Daemon program: `smtpd`, `local`, `pipe`. */
  readonly command: string;
  /** Words after the program, as written: `-o name=value` pairs and, for pipe and spawn, their own arguments. */
  readonly arguments: readonly string[];
  /** The `-o` overrides, in order; the last of a name wins. */
  readonly overrides: readonly { readonly name: string; readonly value: string; readonly origin: Origin }[];
  /** What the daemon dies with when it is started like this (`-o name = value`): the service never answers. */
  readonly startupError?: string;
  readonly origin: Origin;
}

/** Whole lines in place of others; a file that is not there begins empty. */
export interface FixEdit {
  readonly file: string;
  /** From 1: the first line that goes, or the one that the text comes before. */
  readonly line: number;
  /** How many lines go. */
  readonly count: number;
  /** Lines with their newlines, or ''. */
  readonly text: string;
}

/** What makes a problem go away, for a person to agree to. */
export interface ConfigFix {
  readonly title: string;
  /** Not overlapping; by the line numbers before any of them. */
  readonly edits: readonly FixEdit[];
  /** An indexed table to build anew: `type:path`. */
  readonly compile?: string;
}

/** A problem found while reading or checking. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning' | 'note';
  readonly file: string;
  /** 0 when it is about the whole file. */
  readonly line: number;
  readonly message: string;
  readonly parameter?: string;
  /** The check that found it, where it has a name. */
  readonly rule?: string;
  readonly fix?: ConfigFix;
}

export interface Config {
  /** Absolute path of the configuration folder ($config_directory). */
  readonly directory: string;
  readonly services: readonly MasterService[];
  readonly problems: readonly ConfigProblem[];
  /** The expanded value of any parameter, '' when unknown. Throws ConfigError for a bad macro. */
  get(name: string): string;
  /** `yes` or `no`; throws ConfigError("bad boolean configuration"). */
  boolean(name: string): boolean;
  /** Throws ConfigError for what is no number, or outside of the parameter's range. */
  integer(name: string): number;
  /** A time value in seconds (postconf(5) units s, m, h, d, w, with the parameter's own default unit); throws as `integer` does. */
  seconds(name: string): number;
  /** Comma or white-space separated words; `{ }` groups stay together, without their braces. */
  list(name: string): readonly string[];
  /** The unexpanded text, and where it was set; undefined when it has its default. */
  setting(name: string): { readonly value: string; readonly origin: Origin } | undefined;
  /** The parameters that main.cf sets, in the order of their lines. */
  names(): readonly string[];
  /** Whether Postfix knows this parameter, or main.cf or master.cf defines it. */
  has(name: string): boolean;
  /** The configuration with one service's `-o` overrides on top. */
  forService(service: MasterService): Config;
}

/** A configuration that cannot be used: the message is what Postfix's fatal error says. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly origin: Origin | undefined;
  /** What Postfix warns about before it gives up. */
  readonly warnings: readonly string[];
  constructor(message: string, origin?: Origin, warnings: readonly string[] = []) {
    super(message);
    this.origin = origin;
    this.warnings = warnings;
  }
}
