/** What a recipe is: a ready change of the configuration for one section of the text that Sandpost grew from. Data. */

/** One step of a recipe. `{name}` in a text stands for one of the recipe's fields, or of RecipeSurroundings. */
export type RecipeChange =
  /** A parameter of main.cf. */
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  /** Words in front of a list of main.cf, which keeps what it has. */
  | { readonly kind: 'first'; readonly name: string; readonly words: string }
  /** Lines of a table, at its end; a file that is not there begins with the comment. */
  | {
      readonly kind: 'lines';
      readonly file: string;
      readonly comment: string;
      readonly lines: readonly string[];
    }
  /** An entry of a table, commented out. */
  | { readonly kind: 'no-line'; readonly file: string; readonly key: string }
  /** An override of the SMTP servers of master.cf. */
  | { readonly kind: 'override'; readonly name: string; readonly value: string }
  /** An override that they do without. */
  | { readonly kind: 'no-override'; readonly name: string };

export interface RecipeField {
  readonly name: string;
  readonly label: string;
  /** What it is unless somebody says otherwise. */
  readonly value: string;
}

export interface RecipeTest {
  /** What the message shows. */
  readonly shows: string;
  readonly clientAddress?: string;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  /** Headers besides From, To and Subject. */
  readonly headers?: readonly string[];
  /** What becomes of it when the recipe works. */
  readonly status: readonly ('delivered' | 'relayed' | 'bounced' | 'refused' | 'deferred')[];
  /** The mailbox that gets it, or a part of the reason. */
  readonly mailbox?: string;
  readonly reason?: string;
  /** A part of a step of its journey. */
  readonly journey?: string;
  /** A table that is asked about each header, for what only acts on mail that is sent on. */
  readonly asksTable?: string;
}

export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** The section that it follows. */
  readonly section: string;
  /** A few lines of ours. */
  readonly about: readonly string[];
  readonly fields: readonly RecipeField[];
  readonly changes: readonly RecipeChange[];
  readonly test: RecipeTest;
}
