/**
 * Where one scenario runs. In a lane with namespaces of its own (private-place.ts) every path and port is the one that
 * the recorded machine had; elsewhere (shared-place.ts) folders are temporary and ports any free ones.
 */

/** Users of every scenario, with the user ids that Received shows for them. */
export const USER_IDS: Readonly<Record<string, number>> = { alice: 1001, bob: 1002, carol: 1003 };

export interface Place {
  readonly configDir: string;
  readonly dataDir: string;
  /** `smtp`, `submission`, `submissions`. */
  readonly ports: Readonly<Record<string, number>>;
  /** False: the first column of master.cf is to name `ports` in place of what the scenario says. */
  readonly hasOwnPorts: boolean;
  /** Paths that scenarios and records name in braces. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Paths that only the product has, and what the record has in their place. */
  readonly spellings: readonly (readonly [string, string])[];
  /** User ids that files of a user can be given here; undefined: they stay the runner's. */
  readonly fileOwners: Readonly<Record<string, number>> | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Where programs of a scenario find Postfix's commands. */
  readonly binFolder: string;
  readonly reservePort: () => Promise<number>;
  /** Before each scenario: makes the folders. */
  readonly furnish: () => void;
  /** After it: ends what a scenario left running and empties the folders. */
  readonly clear: () => void;
}

/** What the environment of every command has. */
export const COMMON_ENVIRONMENT: NodeJS.ProcessEnv = {
  TZ: 'UTC',
  LANG: 'C',
  LC_ALL: 'C',
  USER: 'root',
  LOGNAME: 'root',
  // For `postfix start` in a scenario: several run side by side, and none needs HTTP.
  SANDPOST_HTTP: 'off',
};
