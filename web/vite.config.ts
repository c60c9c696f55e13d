import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `make up` prints the API's address; `API_URL=... npm run dev` serves the page in front of it.
const api = process.env.API_URL;

export default defineConfig({
  base: "./", // relative: the path starts with the name of the stage
  plugins: [react()],
  build: {
    assetsInlineLimit: 0, // the content security policy forbids inline assets
    modulePreload: { polyfill: false },
    target: "es2023",
  },
  server: api
    ? {
        host: "127.0.0.1",
        proxy: {
          "^/(imports|exports|jobs|products|profiles|webhooks|deliveries|keys|health|docs|openapi.json)\\b":
            {
              target: api, // its path is prepended to the request's
            },
        },
      }
    : { host: "127.0.0.1" },
  test: { include: ["src/**/*.test.ts"] },
});
