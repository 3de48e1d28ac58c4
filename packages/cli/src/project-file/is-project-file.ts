/** A path or address, as opposed to the name of a profile, which has no slash. */
export const isProjectFile = (typed: string): boolean => /[/\\]|\.toml$/i.test(typed);
