#!/bin/sh
# Gives each process what it may do with each table (roles.sql), after each migration, as a superuser of the database:
#   sh deploy/roles.sh [FILE…]
# FILE holds a DATABASE_URL, postgresql+psycopg://grievance_form:PASSWORD@host/name, and the role gets that password.
# PSQL: how psql is called, where not simply so; PGPASSWORD_FILE: a file with the administrator's password.
set -eu
psql=${PSQL:-psql}
[ -z "${PGPASSWORD_FILE:-}" ] || PGPASSWORD=$(cat "$PGPASSWORD_FILE") && export PGPASSWORD
$psql -X -q -v ON_ERROR_STOP=1 -1 -f - < "$(dirname "$0")/roles.sql"
for file in "$@"; do
  ROLE=$(sed -E -n 's#^[^/]*//([^:@/]+):([^@/]+)@.*$#\1#p' "$file")
  PASSWORD=$(sed -E -n 's#^[^/]*//([^:@/]+):([^@/]+)@.*$#\2#p' "$file")
  [ -n "$ROLE" ] && [ -n "$PASSWORD" ] || { echo "$file holds no address with a role and its password." >&2; exit 1; }
  export ROLE PASSWORD
  printf '%s\n' '\getenv role ROLE' '\getenv password PASSWORD' "ALTER ROLE :\"role\" PASSWORD :'password';" |
    $psql -X -q -v ON_ERROR_STOP=1 -f -
done
