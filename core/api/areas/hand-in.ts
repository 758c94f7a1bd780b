/** Drafts, and mail that is handed in from the window: as the calls need them. */
import type { Draft, DraftFields, DraftFile, HandedIn } from '../contract/drafts.ts';
import type { ImportInput, ImportResult, InjectInput, ResendInput } from '../contract/hand-in.ts';

/** A file's bytes, or which captured message or part of one they are. */
export type Attachment =
  | {
      readonly name: string;
      readonly type: string;
      readonly contentId: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly messageId: number;
      readonly inside: string;
      readonly part?: string | undefined;
      readonly contentId: string;
    };

export type Sent =
  | { readonly kind: 'handed-in'; readonly result: HandedIn }
  /** Nothing was handed in. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] }
  | { readonly kind: 'gone' };

/** Unknown drafts are values: undefined, false, a count of 0. */
export interface DraftArea {
  list(): Promise<readonly Draft[]>;
  get(id: number): Promise<Draft | undefined>;
  save(fields: DraftFields, id: number | undefined): Promise<number | undefined>;
  attach(id: number, attachment: Attachment): Promise<DraftFile | undefined>;
  detach(id: number, file: number): Promise<boolean>;
  remove(ids: readonly number[]): Promise<number>;
  send(id: number): Promise<Sent>;
}

export interface HandInArea {
  resend(input: ResendInput): Promise<Sent>;
  inject(input: InjectInput): Promise<Sent>;
  import(input: ImportInput): Promise<ImportResult>;
}
