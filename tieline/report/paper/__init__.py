"""The figures of a run for papers, each as SVG and PNG."""
