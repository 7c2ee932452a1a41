# Kurmanji (Northern Kurdish, Latin letters) words. Copy messages from en.ftl and translate them; keep the ids and the variables in braces.
# Begin with language-name, then the messages field-...: the phone app offers this language as soon as one
# message is here, and shows the rest in English. Which ones are missing: docs/DEVELOPERS.md, "A new language".
