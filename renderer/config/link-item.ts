/** One link of a list beside the editor. */
export interface LinkItem {
  readonly name: string;
  readonly href: string;
  readonly isOpen: boolean;
}
