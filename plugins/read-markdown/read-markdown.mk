PKGS_read-markdown = md4c yaml-0.1 libxml-2.0
DEBS_read-markdown = libmd4c-dev libyaml-dev libxml2-dev
USES_read-markdown = encoding
