/** What the main process and the engine's worker thread say to each other, besides the calls of the contract. */
import type { MessagePort } from 'node:worker_threads';
import type { SandboxFailure } from '../core/sandbox.ts';

export type ToEngine =
  /** A window's message port: the contract is served on it until it closes. */
  | { readonly kind: 'connect'; readonly port: MessagePort }
  | { readonly kind: 'resource'; readonly id: number; readonly url: string }
  /** Finish what is under way, close the store, end the thread. */
  | { readonly kind: 'stop' };

export type FromEngine =
  | { readonly kind: 'ready'; readonly http: string | null }
  | { readonly kind: 'failed'; readonly failure: SandboxFailure }
  /** The contract's `stop` was called: the app is to quit. */
  | { readonly kind: 'stop-requested' }
  | {
      readonly kind: 'resource';
      readonly id: number;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    };

/** How the engine is started: handed to the thread as its workerData. */
export interface EngineStart {
  readonly configDir: string;
  readonly dataDir: string;
  /** `host:port` for the HTTP door. */
  readonly http: string | undefined;
  /** Listener ports chosen by the user instead of taken ones, by the port in master.cf. */
  readonly ports: Readonly<Record<number, number>>;
}
