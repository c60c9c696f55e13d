import { expect, test } from "vitest";

const SOURCES = import.meta.glob<string>("./**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const IMPORT = /(?:\bfrom|\bimport\(|\bimport)\s*"(\.[^"]+)"/g;

/** Return the modules that a module imports, also for types only or on demand. */
function importsOf(module: string): string[] {
  const specifiers = [...(SOURCES[module] ?? "").matchAll(IMPORT)].map(
    ([, specifier]) => specifier,
  );
  return specifiers.flatMap((specifier = "") => {
    const { pathname } = new URL(specifier, `file:///${module}`);
    const candidates = [pathname, `${pathname}.ts`, `${pathname}.tsx`].map((path) => `.${path}`);
    return candidates.find((path) => path in SOURCES) ?? [];
  });
}

/** Return a chain of imports that leads back to its first module, or null. */
function findCircle(): string[] | null {
  const finished = new Set<string>();
  const visit = (module: string, path: string[]): string[] | null => {
    if (path.includes(module)) return [...path.slice(path.indexOf(module)), module];
    if (finished.has(module)) return null;
    for (const imported of importsOf(module)) {
      const circle = visit(imported, [...path, module]);
      if (circle) return circle;
    }
    finished.add(module);
    return null;
  };
  for (const module of Object.keys(SOURCES)) {
    const circle = visit(module, []);
    if (circle) return circle;
  }
  return null;
}

test("imports are found in the sources", () => {
  expect(importsOf("./app/App.tsx")).toEqual(
    expect.arrayContaining(["./app/route.ts", "./imports/ImportView.tsx", "./session/SignIn.tsx"]),
  );
});

test("modules don't import each other in a circle", () => {
  expect(findCircle()).toBeNull();
});
