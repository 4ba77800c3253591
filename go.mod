module github.com/beamlog/beamlog

go 1.26
