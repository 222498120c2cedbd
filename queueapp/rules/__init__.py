"""The rules of the queue: values in, values out."""
