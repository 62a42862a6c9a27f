import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, a line for each: "server.port: Too big …". Of a union, what is wrong with the form that was meant. */
export function schemaProblems(error: z.ZodError, whole: string): readonly string[] {
  return error.issues.flatMap(flatten).map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
}

function flatten(issue: Issue): readonly Issue[] {
  if (issue.code === 'invalid_key') return issue.issues.slice(0, 1).map(({ message }) => ({ ...issue, message }));
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const forms = issue.errors.map((form) => form.flatMap(flatten));
  const meant = fewest(forms.filter((form) => !form.some(isOtherForm))) ?? otherForm(forms);
  return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** A form is told from the others by its type, or by a word that it holds: mode: "forward". */
function isOtherForm(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return issue.path.length === 0;
  return issue.code === 'invalid_value' && issue.values.length === 1;
}

function fewest(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return [...forms].sort((a, b) => a.length - b.length)[0];
}

/** No form was meant: all their words are allowed. */
function otherForm(forms: readonly (readonly Issue[])[]): readonly Issue[] {
  const told = forms.flat().filter((issue) => issue.code === 'invalid_value');
  const [first] = told;
  if (!first) return forms[0] ?? [];
  const values = [...new Set(told.flatMap((issue) => issue.values))];
  return [
    { ...first, values, message: `Invalid input: expected one of ${values.map((value) => JSON.stringify(value)).join(', ')}` },
  ];
}
