"""Recommenders against published and measured anchors: accuracy, answers, retrieval, growth."""
