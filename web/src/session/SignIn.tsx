/** Asks for an API key. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ask } from "../api/client";
import { ProblemError } from "../api/problems";
import { Button, Field } from "../ui/controls";
import { Fault, Notice } from "../ui/states";
import style from "./SignIn.module.css";
import { keepToken, useToken } from "./token";

export function SignIn() {
  const { refusal } = useToken();
  const [key, setKey] = useState("");
  const trying = useMutation({ mutationFn: check, onSuccess: keepToken });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    trying.mutate(key.trim());
  };
  const isRefused = trying.error instanceof ProblemError && trying.error.status === 401;
  return (
    <main className={style.page}>
      <form className={`card stack ${style.card}`} onSubmit={submit}>
        <div>
          <h1>Product Importer</h1>
          <p className="soft">Catalogue files of any size, as CSV, into PostgreSQL.</p>
        </div>
        {refusal && <Notice tone="warn">{refusal}</Notice>}
        <Field
          label="API key"
          hint="It is kept for this tab alone, and forgotten when the tab is closed."
          fault={isRefused ? "This key is not valid." : undefined}
        >
          <input
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder="pik_…"
            value={key}
            required
            onChange={(event) => setKey(event.target.value)}
          />
        </Field>
        {trying.error && !isRefused && <Fault error={trying.error} />}
        <Button type="submit" kind="primary" isBusy={trying.isPending}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

async function check(key: string): Promise<string> {
  const headers = { Authorization: `Bearer ${key}` };
  await ask(api.GET("/jobs", { params: { query: { limit: 1 } }, headers }));
  return key;
}
