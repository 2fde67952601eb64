"""From a data set's history to a candidate release, with figures that can be defended."""
