#include "render/blocks.h"

#include "render/block_builder.h"
#include "render/formula.h"
#include "render/markdown_chunks.h"

namespace monochord::app {
namespace {

void parseChunk(QStringView markdown, const MarkdownChunk& chunk, QList<Block>& blocks) {
    QByteArray utf8 = markdown.sliced(chunk.begin, chunk.end - chunk.begin).toUtf8();
    shieldMarkdown(utf8);
    shieldFormulas(utf8);
    const QList<qsizetype> added = widenDelimiters(utf8);
    BlockBuilder builder(utf8, added, blocks);
    MD_PARSER parser{};
    parser.flags =
        MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* b) {
        return static_cast<BlockBuilder*>(b)->enterBlock(type, detail), 0;
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* b) {
        return static_cast<BlockBuilder*>(b)->leaveBlock(type), 0;
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* b) {
        return static_cast<BlockBuilder*>(b)->enterSpan(type, detail), 0;
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* b) {
        return static_cast<BlockBuilder*>(b)->leaveSpan(type), 0;
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* b) {
        return static_cast<BlockBuilder*>(b)->text(type, text, size), 0;
    };
    md_parse(utf8.constData(), static_cast<MD_SIZE>(utf8.size()), &parser, &builder);
    // The blank lines that end a chunk belong to none of its blocks.
    qsizetype end = chunk.end;
    while (end > chunk.begin && markdown[end - 1].isSpace()) --end;
    const qsizetype newline = markdown.indexOf(u'\n', end);
    builder.finish(chunk.begin, newline < 0 || newline >= chunk.end ? chunk.end : newline + 1);
}

}  // namespace

QList<Block> parseMarkdown(const QString& markdown) {
    QList<Block> blocks;
    qsizetype at = 0;
    while (true) {
        const MarkdownChunk chunk = nextChunk(markdown, at);
        if (chunk.end == chunk.begin) return blocks;
        parseChunk(markdown, chunk, blocks);
        at = chunk.end;
    }
}

qsizetype stableLength(const QString& markdown, qsizetype from) {
    qsizetype stable = from;
    while (true) {
        const MarkdownChunk chunk = nextChunk(markdown, stable);
        if (!chunk.certain) return chunk.begin;
        stable = chunk.end;
    }
}

}  // namespace monochord::app
